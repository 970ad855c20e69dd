module cinch/tmp-cleaner

go 1.22

module cinch/secret-resolver

go 1.22

package main

const sysStatAt = 79 // newfstatat

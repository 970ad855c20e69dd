package main

const sysStatAt = 262 // newfstatat

package main

import "strings"

// The same three functions as in ../secret-resolver: two programs, each of one module without dependencies.

// setVariable replaces every entry of that name by one, or adds it when there is none.
func setVariable(environment []string, name, value string) []string {
	return append(removeVariable(environment, name), name+"="+value)
}

func removeVariable(environment []string, name string) []string {
	out := make([]string, 0, len(environment))
	for _, entry := range environment {
		if !strings.HasPrefix(entry, name+"=") {
			out = append(out, entry)
		}
	}
	return out
}

func lookup(environment []string, name string) string {
	for _, entry := range environment {
		if value, found := strings.CutPrefix(entry, name+"="); found {
			return value
		}
	}
	return ""
}

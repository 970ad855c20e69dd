package main

import "strings"

// replaceValues returns the environment with the resolved variables' entries replaced in place. Nothing is ever added:
// of two entries with one name, getenv takes the first and a runtime may take the last.
func replaceValues(environment []string, values map[string]string) []string {
	out := make([]string, len(environment))
	for i, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if value, resolved := values[name]; resolved {
			entry = name + "=" + value
		}
		out[i] = entry
	}
	return out
}

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

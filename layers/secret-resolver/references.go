package main

import "strings"

// referencePrefix starts a variable's value that stands for an SSM parameter. The constants here have
// twins in shared/secrets/resolver-contract.ts; a test holds them equal.
const referencePrefix = "cinch-ssm:"

const maxNameLength = 1011 // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html

// reference is one variable and the parameter that its value names.
type reference struct {
	variable string
	name     string // the parameter's name, without version
	version  string // digits, or empty for the latest
}

// full is the name as GetParameters takes it.
func (r reference) full() string {
	if r.version == "" {
		return r.name
	}
	return r.name + ":" + r.version
}

// parseReference reads "cinch-ssm:<name>" or "cinch-ssm:<name>:<version>". isReference is true for every value that
// starts with the prefix: one that is malformed must stop the function, because as a password it would be wrong.
func parseReference(value string) (ref reference, isReference, wellFormed bool) {
	rest, isReference := strings.CutPrefix(value, referencePrefix)
	if !isReference {
		return reference{}, false, false
	}
	name, version, hasVersion := strings.Cut(rest, ":")
	if !isParameterName(name) || hasVersion && !isVersion(version) {
		return reference{}, true, false
	}
	return reference{name: name, version: version}, true, true
}

func isParameterName(name string) bool {
	if name == "" || len(name) > maxNameLength {
		return false
	}
	for i := 0; i < len(name); i++ {
		b := name[i]
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '.' || b == '-' || b == '/') {
			return false
		}
	}
	return true
}

func isVersion(version string) bool {
	if version == "" || len(version) > 18 || version[0] == '0' {
		return false
	}
	for i := 0; i < len(version); i++ {
		if version[i] < '0' || version[i] > '9' {
			return false
		}
	}
	return true
}

// findReferences lists the references of an environment in its order; malformed ones come back apart, without their value.
func findReferences(environment []string) (found, malformed []reference) {
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		ref, isReference, wellFormed := parseReference(value)
		if !isReference {
			continue
		}
		ref.variable = name
		if wellFormed {
			found = append(found, ref)
		} else {
			malformed = append(malformed, ref)
		}
	}
	return found, malformed
}

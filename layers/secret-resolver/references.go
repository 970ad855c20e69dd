package main

import "strings"

// A variable's value that starts with referencePrefix stands for an SSM parameter, one with secretPrefix for a secret
// of Secrets Manager. The constants here have twins in shared/secrets/resolver-contract.ts; a test holds them equal.
const (
	referencePrefix = "cinch-ssm:"
	secretPrefix    = "cinch-sm:"

	maxNameLength       = 1011 // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
	maxSecretNameLength = 512  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
)

// reference is one variable and the parameter or secret that its value names.
type reference struct {
	variable string
	name     string // without version
	version  string // of a parameter: digits, or empty for the latest
	secret   bool   // of Secrets Manager
}

// full is the name as GetParameters takes it.
func (r reference) full() string {
	if r.version == "" {
		return r.name
	}
	return r.name + ":" + r.version
}

// parseReference reads "cinch-ssm:<name>", "cinch-ssm:<name>:<version>" or "cinch-sm:<name>". isReference is true for
// every value that starts with a prefix: one that is malformed must stop the function, because as a password it would be wrong.
func parseReference(value string) (ref reference, isReference, wellFormed bool) {
	if name, isSecret := strings.CutPrefix(value, secretPrefix); isSecret {
		if !isName(name, "+=@", maxSecretNameLength) {
			return reference{}, true, false
		}
		return reference{name: name, secret: true}, true, true
	}
	rest, isReference := strings.CutPrefix(value, referencePrefix)
	if !isReference {
		return reference{}, false, false
	}
	name, version, hasVersion := strings.Cut(rest, ":")
	if !isName(name, "", maxNameLength) || hasVersion && !isVersion(version) {
		return reference{}, true, false
	}
	return reference{name: name, version: version}, true, true
}

// isName holds a name to what both stores allow, and to what only this one allows besides.
func isName(name, besides string, most int) bool {
	if name == "" || len(name) > most {
		return false
	}
	for i := 0; i < len(name); i++ {
		b := name[i]
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '.' || b == '-' || b == '/' ||
			strings.IndexByte(besides, b) >= 0) {
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

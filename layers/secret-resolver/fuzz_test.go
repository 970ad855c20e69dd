package main

import (
	"strings"
	"testing"
)

// FuzzEnvironment holds whatever an environment holds to what may follow from it. `go test` runs its seeds alone;
// `go test -fuzz=FuzzEnvironment -fuzztime=1m` makes up more.
func FuzzEnvironment(f *testing.F) {
	for _, seed := range []string{
		"A=cinch-ssm:/a", "A=cinch-ssm:/a:3", "A=cinch-sm:a+b=c@d", "A=cinch-ssm:hunter2 pass", "A=cinch-sm:", "=cinch-ssm:/a",
		"A", "", "A==", "A=cinch-ssm:/a\nB=cinch-ssm:/b\nA=x", "A=cinch-ssm:" + strings.Repeat("a", 2000), "A=cinch-ssm:/a:9999999999999999999999",
		"A=cinch-ssm:/\xff", "\x00=\x00", "A=cinch-ssm:/a:00", "AWS_LAMBDA_EXEC_WRAPPER=cinch-ssm:/a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		environment := strings.Split(text, "\n")
		found, malformed := findReferences(environment)
		for _, ref := range malformed {
			if ref.name != "" || ref.version != "" {
				t.Errorf("%q: a malformed value is kept: %+v", text, ref)
			}
		}
		values := map[string]string{}
		for _, ref := range found {
			prefix := referencePrefix
			if ref.secret {
				prefix = secretPrefix
			}
			entry := ref.variable + "=" + prefix + ref.full()
			if !contains(environment, entry) {
				t.Errorf("%q: %+v was never there", text, ref)
			}
			values[ref.variable] = "resolved"
		}
		replaced := replaceValues(environment, values)
		if len(replaced) != len(environment) {
			t.Errorf("%q: %d entries became %d", text, len(environment), len(replaced))
		}
		if left, _ := findReferences(replaced); len(left) > 0 {
			t.Errorf("%q: %+v was left", text, left)
		}
	})
}

func contains(entries []string, wanted string) bool {
	for _, entry := range entries {
		if entry == wanted {
			return true
		}
	}
	return false
}

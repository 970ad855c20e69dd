package main

import (
	"strings"
	"testing"
)

func TestParseReference(t *testing.T) {
	long := strings.Repeat("a", maxNameLength)
	cases := []struct {
		value                   string
		isReference, wellFormed bool
		name, version           string
	}{
		{"cinch-ssm:/cinch/orders/DB_PASSWORD", true, true, "/cinch/orders/DB_PASSWORD", ""},
		{"cinch-ssm:/cinch/orders/DB_PASSWORD:3", true, true, "/cinch/orders/DB_PASSWORD", "3"},
		{"cinch-ssm:plain.name-1_x", true, true, "plain.name-1_x", ""},
		{"cinch-ssm:" + long, true, true, long, ""},
		{"cinch-ssm:" + long + "a", true, false, "", ""},
		{"cinch-ssm:", true, false, "", ""},
		{"cinch-ssm::1", true, false, "", ""},
		{"cinch-ssm:/a:", true, false, "", ""},
		{"cinch-ssm:/a:0", true, false, "", ""},
		{"cinch-ssm:/a:01", true, false, "", ""},
		{"cinch-ssm:/a:latest", true, false, "", ""},
		{"cinch-ssm:/a:1:2", true, false, "", ""},
		{"cinch-ssm:/a b", true, false, "", ""},
		{"cinch-ssm:/a\n", true, false, "", ""},
		{"cinch-ssm:/é", true, false, "", ""},
		{"cinch-ssm:$(id)", true, false, "", ""},
		{"cinch-sm:cinch/orders/DB_PASSWORD", true, true, "cinch/orders/DB_PASSWORD", ""},
		{"cinch-sm:a+b=c@d", true, true, "a+b=c@d", ""},
		{"cinch-sm:" + long[:512], true, true, long[:512], ""},
		{"cinch-sm:" + long[:513], true, false, "", ""},
		{"cinch-sm:", true, false, "", ""},
		{"cinch-sm:a:1", true, false, "", ""},
		{"cinch-sm:a b", true, false, "", ""},
		{"cinch-ssm:a+b", true, false, "", ""},
		{"cinch-sm", false, false, "", ""},
		{" cinch-ssm:/a", false, false, "", ""},
		{"CINCH-SSM:/a", false, false, "", ""},
		{"x=cinch-ssm:/a", false, false, "", ""},
		{"cinch-ssm", false, false, "", ""},
		{"", false, false, "", ""},
	}
	for _, c := range cases {
		ref, isReference, wellFormed := parseReference(c.value)
		if ref.secret != (wellFormed && strings.HasPrefix(c.value, secretPrefix)) {
			t.Errorf("%q: secret is %v", c.value, ref.secret)
		}
		if isReference != c.isReference || wellFormed != c.wellFormed || ref.name != c.name || ref.version != c.version {
			t.Errorf("%q: got %+v %v %v", c.value, ref, isReference, wellFormed)
		}
	}
}

func TestFindReferencesKeepsNoMalformedValue(t *testing.T) {
	found, malformed := findReferences([]string{"A=1", "B=cinch-ssm:/b", "C=cinch-ssm:hunter 2", "EMPTY=", "NOVALUE"})
	if len(found) != 1 || found[0] != (reference{variable: "B", name: "/b"}) {
		t.Errorf("found %+v", found)
	}
	if len(malformed) != 1 || malformed[0] != (reference{variable: "C"}) {
		t.Errorf("malformed %+v", malformed)
	}
}

func FuzzParseReference(f *testing.F) {
	for _, seed := range []string{"cinch-ssm:/a/b", "cinch-ssm:/a:7", "cinch-ssm:", "cinch-ssm:/a:", "cinch-ssm:\x00", "cinch-sm:a@b", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		ref, isReference, wellFormed := parseReference(value)
		if isReference != (strings.HasPrefix(value, referencePrefix) || strings.HasPrefix(value, secretPrefix)) {
			t.Fatal("the prefix decides what is a reference")
		}
		prefix := referencePrefix
		if ref.secret {
			prefix = secretPrefix
		}
		if wellFormed && prefix+ref.full() != value {
			t.Fatal("a well-formed reference is written back as it was read")
		}
		if wellFormed && strings.ContainsAny(ref.full(), " \t\n\"'`$\\{}\x00") {
			t.Fatal("a name with a character that no store allows")
		}
		if !wellFormed && ref != (reference{}) {
			t.Fatal("a malformed value must not travel on")
		}
	})
}

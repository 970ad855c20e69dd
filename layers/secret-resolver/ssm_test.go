package main

import (
	"fmt"
	"testing"
)

func text(s string) *string { return &s }

func TestMatch(t *testing.T) {
	answer := []parameter{
		{Name: "/a", Version: 5, Value: text("latest")},
		{Name: "/b", Version: 3, Selector: ":3", Value: text("by selector")},
		{Name: "/c", Version: 2, Value: text("by version")},
		{ARN: "arn:aws:ssm:eu-west-1:111111111111:parameter/d/e", Version: 1, Value: text("by arn")},
		{Name: "/null", Version: 1},
		{Name: "/longer/a", Version: 1, Value: text("wrong")},
	}
	cases := map[reference]string{
		{name: "/a"}:                "latest",
		{name: "/a", version: "5"}:  "latest",
		{name: "/a", version: "4"}:  "",
		{name: "/b", version: "3"}:  "by selector",
		{name: "/b"}:                "", // a pinned version is not the latest
		{name: "/c", version: "2"}:  "by version",
		{name: "/d/e"}:              "by arn",
		{name: "d/e"}:               "by arn",
		{name: "/e"}:                "",
		{name: "/null"}:             "",
		{name: "/A"}:                "",
		{name: "/missing"}:          "",
		{name: "/c", version: "22"}: "",
	}
	for ref, want := range cases {
		found := match(ref, answer)
		if got := valueOf(found); got != want {
			t.Errorf("%s: got %q, want %q", ref.full(), got, want)
		}
	}
}

func valueOf(p *parameter) string {
	if p == nil {
		return ""
	}
	return *p.Value
}

func TestBatches(t *testing.T) {
	var refs []reference
	for i := range 23 {
		refs = append(refs, reference{variable: fmt.Sprint("V", i), name: fmt.Sprint("/p/", i)})
	}
	refs = append(refs, reference{variable: "W", name: "/p/0"}, reference{variable: "X", name: "/p/0", version: "3"})
	got := batches(refs)
	seen := 0
	for _, batch := range got {
		if names := fullNames(batch); len(names) > maxBatch {
			t.Errorf("%d names in one call", len(names))
		}
		versions := map[string]string{}
		for _, ref := range batch {
			if other, taken := versions[ref.name]; taken && other != ref.version {
				t.Errorf("two versions of %s in one call", ref.name)
			}
			versions[ref.name] = ref.version
			seen++
		}
	}
	if seen != len(refs) || len(got) != 3 {
		t.Errorf("%d references in %d batches", seen, len(got))
	}
}

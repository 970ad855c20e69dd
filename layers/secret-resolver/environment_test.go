package main

import (
	"reflect"
	"testing"
)

var oddValues = map[string]string{
	"QUOTES":   `a"b'c` + "`d`",
	"SHELL":    `pw$(touch PWNED)xy;${HOME}|&><*?`,
	"NEWLINES": "line 1\nline 2\r\n\ttab\n",
	"UNICODE":  "é漢字🔑\u202e\u00a0",
	"EMPTY":    "",
	"EQUALS":   "a=b==",
	"PERCENT":  `%s %d \n \x00`,
	"INVALID":  "\xff\xfe",
	"SPACES":   "  both ends  ",
	"REF_LIKE": "cinch-ssm:/not/again",
}

func TestReplaceValuesIsExact(t *testing.T) {
	var before, want []string
	for name, value := range oddValues {
		before = append(before, name+"=cinch-ssm:/p/"+name)
		want = append(want, name+"="+value)
	}
	before = append(before, "OTHER=stays", "NOVALUE", "=odd")
	want = append(want, "OTHER=stays", "NOVALUE", "=odd")
	if got := replaceValues(before, oddValues); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestReplaceValuesAddsNothing(t *testing.T) {
	got := replaceValues([]string{"A=1", "A=2", "AB=3"}, map[string]string{"A": "x", "GONE": "y"})
	if !reflect.DeepEqual(got, []string{"A=x", "A=x", "AB=3"}) {
		t.Errorf("got %q", got)
	}
}

func TestChain(t *testing.T) {
	runtime := []string{"/var/lang/bin/node", "--flag", "a b"}
	args, env := chain(runtime, []string{"AWS_LAMBDA_EXEC_WRAPPER=/opt/cinch/secret-resolver", "CINCH_NEXT_WRAPPER=/opt/datadog_wrapper", "X=1"})
	if !reflect.DeepEqual(args, append([]string{"/opt/datadog_wrapper"}, runtime...)) {
		t.Errorf("args %q", args)
	}
	if !reflect.DeepEqual(env, []string{"X=1", "AWS_LAMBDA_EXEC_WRAPPER=/opt/datadog_wrapper"}) {
		t.Errorf("env %q", env)
	}
	args, env = chain(runtime, []string{"CINCH_NEXT_WRAPPER=", "X=1"})
	if !reflect.DeepEqual(args, runtime) || !reflect.DeepEqual(env, []string{"X=1"}) {
		t.Errorf("without a next wrapper: %q %q", args, env)
	}
}

func TestResolveWithoutReferencesReturnsTheSameEnvironment(t *testing.T) {
	before := []string{"A=1", "B=ssm:/x", "C={{resolve:ssm:/x}}"} // no region and no keys: a call would fail
	got, err := resolve(before)
	if err != nil || !reflect.DeepEqual(got, before) {
		t.Errorf("%q %v", got, err)
	}
}

func TestNulBytesAreRefused(t *testing.T) {
	refs := []reference{{variable: "A", name: "/a"}, {variable: "B", name: "/b"}}
	bad := unusable(refs, map[string]string{"A": "ok", "B": "x\x00y"})
	if len(bad) != 1 || bad[0].variable != "B" {
		t.Errorf("%+v", bad)
	}
}

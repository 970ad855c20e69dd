package main

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func startedTurns(t *testing.T) (*turns, string, *[]string) {
	root := t.TempDir()
	lines := []string{}
	return newTurns(&folder{root: root}, func(line string) { lines = append(lines, line) }), root, &lines
}

func TestTurnsEmptyBetweenInvocations(t *testing.T) {
	turns, root, lines := startedTurns(t)
	write(t, root+"/of-init", "x")
	turns.beforeNext()
	expectBelow(t, root, "of-init")
	write(t, root+"/of-an-extension", "x")
	turns.handOut("1")
	write(t, root+"/one", "x")
	turns.end("1")
	expectBelow(t, root, "of-an-extension", "of-init", "one")
	turns.beforeNext()
	expectBelow(t, root, "of-an-extension", "of-init")
	write(t, root+"/background", "x")
	turns.handOut("2")
	expectBelow(t, root, "of-an-extension", "of-init")
	if len(*lines) > 0 {
		t.Error(*lines)
	}
}

func TestTurnsStopForSeveralInvocationsAtOnce(t *testing.T) {
	for name, second := range map[string]func(*turns){
		"two ask":                    func(turns *turns) { turns.beforeNext() },
		"one asks, another one runs": func(turns *turns) { turns.handOut("1"); turns.beforeNext() },
	} {
		turns, root, lines := startedTurns(t)
		turns.beforeNext()
		second(turns)
		write(t, root+"/a", "x")
		turns.handOut("2")
		turns.end("2")
		turns.beforeNext()
		expectBelow(t, root, "a")
		if len(*lines) != 1 || !strings.Contains((*lines)[0], "several invocations at once") {
			t.Errorf("%s: %q", name, *lines)
		}
	}
}

func TestTurnsGoOnAfterAnAnswerWithoutInvocationAndTwoEnds(t *testing.T) {
	turns, root, lines := startedTurns(t)
	turns.beforeNext()
	turns.withoutAnswer()
	turns.beforeNext()
	turns.handOut("1")
	turns.end("1")
	turns.end("1")
	turns.end("")
	write(t, root+"/a", "x")
	turns.beforeNext()
	expectBelow(t, root)
	if len(*lines) > 0 {
		t.Error(*lines)
	}
}

func TestTurnsTellAFolderThatIsNotThere(t *testing.T) {
	turns, root, lines := startedTurns(t)
	os.Remove(root)
	turns.beforeNext()
	turns.handOut("1")
	turns.end("1")
	turns.beforeNext()
	if want := []string{"/tmp is no longer emptied: what init left can't be read: no such file or directory"}; !reflect.DeepEqual(*lines, want) {
		t.Error(*lines)
	}
}

func TestEndedBy(t *testing.T) {
	for target, want := range map[string]string{
		"POST " + invocations + "abc/response": "abc",
		"POST " + invocations + "abc/error":    "abc",
		"GET " + invocations + "abc/response":  "",
		"GET " + nextPath:                      "",
		"POST /2018-06-01/runtime/init/error":  "",
		"POST " + invocations + "abc/other":    "",
	} {
		method, path, _ := strings.Cut(target, " ")
		if got := endedBy(method, path); got != want {
			t.Errorf("%s: %q", target, got)
		}
	}
}

func TestChain(t *testing.T) {
	runtime := []string{"/var/lang/bin/node", "a b"}
	args, env := chain(runtime, []string{"AWS_LAMBDA_EXEC_WRAPPER=/opt/cinch/tmp-cleaner", "CINCH_TMP_NEXT_WRAPPER=/opt/datadog_wrapper", "X=1"})
	if !reflect.DeepEqual(args, append([]string{"/opt/datadog_wrapper"}, runtime...)) {
		t.Errorf("args %q", args)
	}
	if !reflect.DeepEqual(env, []string{"X=1", "AWS_LAMBDA_EXEC_WRAPPER=/opt/datadog_wrapper"}) {
		t.Errorf("env %q", env)
	}
	if args, env = chain(runtime, []string{"CINCH_TMP_NEXT_WRAPPER=", "X=1"}); !reflect.DeepEqual(args, runtime) || len(env) != 1 {
		t.Errorf("without a next wrapper: %q %q", args, env)
	}
}

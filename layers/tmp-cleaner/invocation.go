package main

import "strings"

// invocationIn answers the id in the head of the Runtime API's answer, or nothing when it is no invocation.
func invocationIn(answer []byte) string {
	end := headEnd(answer)
	if end == 0 {
		return ""
	}
	lines := strings.Split(string(answer[:end]), "\n")
	parts := strings.SplitN(lines[0], " ", 3)
	if len(parts) < 2 || !strings.HasPrefix(parts[0], "HTTP/1.") || parts[1] != "200" {
		return ""
	}
	return header(lines, "lambda-runtime-aws-request-id")
}

package main

import (
	"fmt"
	"strings"
)

// exitCode is what every failure ends with (EX_SOFTWARE), so that it is told apart from the runtime's own exits.
const exitCode = 70

// failure says why the function must not start. It carries names and codes only: no value and no text
// from a server, because a server's message may quote what it was sent.
type failure struct {
	code       string
	references []reference
}

func (f *failure) Error() string {
	if len(f.references) == 0 {
		return f.code
	}
	named := make([]string, len(f.references))
	for i, ref := range f.references {
		if ref.name == "" {
			named[i] = "variable " + printable(ref.variable)
			continue
		}
		what := "parameter"
		if ref.secret {
			what = "secret"
		}
		named[i] = fmt.Sprintf("%s %s (variable %s)", what, ref.full(), printable(ref.variable))
	}
	return f.code + ": " + strings.Join(named, ", ")
}

// printable keeps the report on one line whatever a variable is called.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfffd {
			return '?'
		}
		return r
	}, text)
}

// cleanCode makes an error code of what a server sent: "com.amazon#ThrottlingException" -> "ThrottlingException".
func cleanCode(raw string) string {
	if at := strings.LastIndexByte(raw, '#'); at >= 0 {
		raw = raw[at+1:]
	}
	end := 0
	for end < len(raw) && end < 64 && isCodeByte(raw[end]) {
		end++
	}
	return raw[:end]
}

func isCodeByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '_'
}

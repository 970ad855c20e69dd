package main

import (
	"strings"
	"testing"
)

func TestHeadEnd(t *testing.T) {
	for text, want := range map[string]int{
		"":                             0,
		"GET / HTTP/1.1\r\n":           0,
		"GET / HTTP/1.1\r\n\r":         0,
		"GET / HTTP/1.1\r\n\r\nbody":   18,
		"GET / HTTP/1.1\n\nbody":       16,
		"A: b\r\nC: d\r\n\r\n\r\nbody": 14,
	} {
		if got := headEnd([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestParseRequest(t *testing.T) {
	next, err := parseRequest([]byte("GET http://127.0.0.1:9001/2018-06-01/runtime/invocation/next?x HTTP/1.1\r\nHost: a\r\n\r\n"))
	if err != nil || next.method != "GET" || next.path != nextPath || !next.body.isDone() {
		t.Errorf("%+v %v", next, err)
	}
	for _, bad := range []string{
		"GET /\r\n\r\n", "GET / HTTP/2\r\n\r\n", "\x16\x03\x01\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
	} {
		if got, err := parseRequest([]byte(bad)); err == nil {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

// TestBodyEndsWhereverItIsCut gives each message in pieces of every size, with the next request behind it.
func TestBodyEndsWhereverItIsCut(t *testing.T) {
	for head, content := range map[string]string{
		"Content-Length: 11":         "hello\r\n\r\nyo",
		"content-length: 0":          "",
		"X: y":                       "",
		"Transfer-Encoding: Chunked": "5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nLambda-Runtime-Function-Error-Type: x\r\nB: c\r\n\r\n",
		"transfer-encoding: chunked": "0\r\n\r\n",
	} {
		whole := content + "GET / HTTP/1.1\r\n\r\n"
		for size := 1; size <= len(whole); size++ {
			parsed, err := parseRequest([]byte("POST / HTTP/1.1\r\n" + head + "\r\n\r\n"))
			if err != nil {
				t.Fatal(err)
			}
			total := 0
			for rest := whole; !parsed.body.isDone(); {
				used, err := parsed.body.advance([]byte(rest[:min(size, len(rest))]))
				if err != nil {
					t.Fatalf("%s in pieces of %d: %v", head, size, err)
				}
				total += used
				rest = rest[used:]
			}
			if total != len(content) {
				t.Errorf("%s in pieces of %d: %d bytes, want %d", head, size, total, len(content))
			}
		}
	}
}

func TestBodyRefusesWhatIsNoChunk(t *testing.T) {
	for _, bad := range []string{"zz\r\n", "-5\r\nhello", "5\r\nhelloX\r\n", "\r\n", strings.Repeat("1", longestLine+1)} {
		b := body{state: chunkSize}
		if _, err := b.advance([]byte(bad)); err == nil {
			t.Errorf("%.20q is taken", bad)
		}
	}
}

func TestInvocationIn(t *testing.T) {
	for text, want := range map[string]string{
		"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536\r\nContent-Length: 2\r\n\r\n{}": "8476a536",
		"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536\r\n":                            "",
		"HTTP/1.1 500 Error\r\nLambda-Runtime-Aws-Request-Id: 8476a536\r\n\r\n":                     "",
		"HTTP/1.1 200 OK\r\n\r\n": "",
		"":                        "",
	} {
		if got := invocationIn([]byte(text)); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add([]byte("5\r\nhello\r\n0\r\n\r\nrest"), true)
	f.Fuzz(func(t *testing.T, data []byte, chunked bool) {
		b := body{left: 7}
		if chunked {
			b = body{state: chunkSize}
		}
		used, err := b.advance(data)
		if used > len(data) || err == nil && !b.isDone() && used != len(data) {
			t.Fatalf("used %d of %d", used, len(data))
		}
	})
}

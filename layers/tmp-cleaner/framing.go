package main

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// errFraming: what came is no HTTP/1.1 request as RFC 9112 frames it.
var errFraming = errors.New("not an HTTP/1.1 request")

// request is what has to be known of one to see where it ends and what it means. It is passed on as it came.
type request struct {
	method, path string
	body         body
}

// headEnd answers how long the head at the start of data is, or 0 when its end has not come yet.
func headEnd(data []byte) int {
	for from := 0; ; {
		at := bytes.IndexByte(data[from:], '\n')
		if at < 0 {
			return 0
		}
		from += at + 1
		if rest := data[from:]; len(rest) > 0 && rest[0] == '\n' {
			return from + 1
		} else if len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n' {
			return from + 2
		}
	}
}

func parseRequest(head []byte) (request, error) {
	lines := strings.Split(string(head), "\n")
	parts := strings.Split(strings.TrimSuffix(lines[0], "\r"), " ")
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "HTTP/1.") {
		return request{}, errFraming
	}
	parsed := request{method: parts[0], path: pathOf(parts[1])}
	if length := header(lines, "content-length"); length != "" {
		left, err := strconv.ParseInt(length, 10, 64)
		if err != nil || left < 0 {
			return request{}, errFraming
		}
		parsed.body.left = left
	}
	if coding := header(lines, "transfer-encoding"); coding != "" {
		if !strings.EqualFold(coding, "chunked") {
			return request{}, errFraming
		}
		parsed.body = body{state: chunkSize}
	}
	if parsed.method == "CONNECT" || header(lines, "upgrade") != "" {
		return request{}, errFraming
	}
	return parsed, nil
}

// pathOf is a target without its query, and without scheme and host when a client sends those.
func pathOf(target string) string {
	target, _, _ = strings.Cut(target, "?")
	if at := strings.Index(target, "://"); at >= 0 {
		if slash := strings.IndexByte(target[at+3:], '/'); slash >= 0 {
			return target[at+3+slash:]
		}
	}
	return target
}

func header(lines []string, wanted string) string {
	for _, line := range lines[1:] {
		if name, value, found := strings.Cut(line, ":"); found && strings.EqualFold(name, wanted) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

const (
	fixed = iota
	chunkSize
	chunkData
	chunkEnd
	trailer
	ended
)

// body follows a message's content through the bytes that are passed on.
type body struct {
	state int
	left  int64
	line  []byte
}

func (b *body) isDone() bool { return b.state == ended || b.state == fixed && b.left == 0 }

// longestLine is for a chunk's size with its extensions, and for one trailer: Lambda's error body is one, in base64.
const longestLine = 1 << 20

// advance answers how many of these bytes belong to the message.
func (b *body) advance(data []byte) (int, error) {
	used := 0
	for used < len(data) && !b.isDone() {
		rest := data[used:]
		if b.state == fixed || b.state == chunkData {
			n := int(min(b.left, int64(len(rest))))
			b.left -= int64(n)
			used += n
			if b.state == chunkData && b.left == 0 {
				b.state = chunkEnd
			}
			continue
		}
		at := bytes.IndexByte(rest, '\n')
		if at < 0 {
			b.line = append(b.line, rest...)
			if len(b.line) > longestLine {
				return used, errFraming
			}
			return len(data), nil
		}
		line := strings.TrimSuffix(string(append(b.line, rest[:at]...)), "\r")
		b.line = b.line[:0]
		used += at + 1
		if err := b.endLine(line); err != nil {
			return used, err
		}
	}
	return used, nil
}

func (b *body) endLine(line string) error {
	switch b.state {
	case chunkSize:
		digits, _, _ := strings.Cut(line, ";")
		size, err := strconv.ParseInt(strings.TrimSpace(digits), 16, 63)
		if err != nil || size < 0 {
			return errFraming
		}
		b.left, b.state = size, chunkData
		if size == 0 {
			b.state = trailer
		}
	case chunkEnd:
		if line != "" {
			return errFraming
		}
		b.state = chunkSize
	case trailer:
		if line == "" {
			b.state = ended
		}
	}
	return nil
}

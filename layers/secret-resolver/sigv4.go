package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sort"
	"strings"
	"time"
)

// sign adds AWS Signature Version 4 to a request with an empty query string: the host, every header that is set, and
// the body are signed (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
func sign(request *http.Request, body []byte, keys credentials, region, service string, now time.Time) {
	stamp := now.UTC().Format("20060102T150405Z")
	request.Header.Set("X-Amz-Date", stamp)
	if keys.sessionToken != "" {
		request.Header.Set("X-Amz-Security-Token", keys.sessionToken)
	}
	names, lines := canonicalHeaders(request)
	canonical := strings.Join([]string{request.Method, canonicalPath(request), "", lines, names, hexHash(body)}, "\n")
	scope := strings.Join([]string{stamp[:8], region, service, "aws4_request"}, "/")
	toSign := "AWS4-HMAC-SHA256\n" + stamp + "\n" + scope + "\n" + hexHash([]byte(canonical))

	key := []byte("AWS4" + keys.secretAccessKey)
	for _, part := range []string{stamp[:8], region, service, "aws4_request"} {
		key = hmacOf(key, part)
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+keys.accessKeyID+"/"+scope+
		", SignedHeaders="+names+", Signature="+hex.EncodeToString(hmacOf(key, toSign)))
}

func canonicalHeaders(request *http.Request) (names, lines string) {
	values := map[string]string{"host": request.Host}
	if request.Host == "" {
		values["host"] = request.URL.Host
	}
	for name, value := range request.Header {
		values[strings.ToLower(name)] = strings.Join(value, ",")
	}
	sorted := make([]string, 0, len(values))
	for name := range values {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	var all strings.Builder
	for _, name := range sorted {
		all.WriteString(name + ":" + strings.Join(strings.Fields(values[name]), " ") + "\n")
	}
	return strings.Join(sorted, ";"), all.String()
}

func canonicalPath(request *http.Request) string {
	if path := request.URL.EscapedPath(); path != "" {
		return path
	}
	return "/"
}

func hexHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func hmacOf(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
)

// amazonRoots are the five roots of Amazon Trust Services, so that the resolver depends on no image's bundle, which may
// be old or absent (and takes some milliseconds more to load).
//
//go:embed amazon-roots.pem
var amazonRoots []byte

const maxAnswerBytes = 1 << 20 // ten parameters of 8 KB, escaped, fit many times

// newHTTPClient trusts the Amazon roots for Amazon's own hosts. With SSL_CERT_FILE or AWS_CA_BUNDLE it trusts that file
// only (an inspecting proxy), else the system's bundle.
func newHTTPClient(environment []string, ownRoots bool) (*http.Client, error) {
	var roots *x509.CertPool
	file := lookup(environment, "SSL_CERT_FILE")
	if file == "" {
		file = lookup(environment, "AWS_CA_BUNDLE")
	}
	if file != "" {
		bundle, err := os.ReadFile(file)
		roots = x509.NewCertPool()
		if err != nil || !roots.AppendCertsFromPEM(bundle) {
			return nil, codeError("UnreadableCertificateFile")
		}
	} else if ownRoots {
		roots = x509.NewCertPool()
		roots.AppendCertsFromPEM(amazonRoots)
	}
	// No HTTP/2: a TLSClientConfig without ForceAttemptHTTP2 keeps the handshake to what one call needs.
	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: callTimeout,
	}
	return &http.Client{Transport: transport, CheckRedirect: noRedirect}, nil
}

// trustSystem is the second chance when a host shows a certificate of none of the embedded roots.
func trustSystem(client *http.Client) {
	if transport, ok := client.Transport.(*http.Transport); ok {
		renewed := transport.Clone()
		renewed.TLSClientConfig.RootCAs = nil
		client.Transport = renewed
	}
}

func isUnknownAuthority(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown)
}

// noRedirect: a signed request or a token goes to the host it was made for and nowhere else.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// send returns the body of a 200 answer. Other errors carry a code; those that may pass are marked.
func send(client *http.Client, request *http.Request) ([]byte, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, networkError(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	if err != nil {
		return nil, networkError(err)
	}
	if len(body) > maxAnswerBytes {
		return nil, codeError("AnswerTooLarge")
	}
	if response.StatusCode == http.StatusOK {
		return body, nil
	}
	code := errorCode(response, body)
	if response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests || isThrottling(code) {
		return nil, passing{codeError(code)}
	}
	return nil, codeError(code)
}

func networkError(err error) error {
	if isUnknownAuthority(err) {
		return passing{codeErrorWrapping{"UntrustedCertificate", err}}
	}
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		return codeError("UntrustedCertificate")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return passing{codeError("Timeout")}
	}
	return passing{codeError("NetworkError")}
}

type codeErrorWrapping struct {
	code  codeError
	cause error
}

func (e codeErrorWrapping) Error() string   { return string(e.code) }
func (e codeErrorWrapping) Unwrap() []error { return []error{e.code, e.cause} }

// errorCode reads the code of the JSON protocol: "__type" in the body, or the header x-amzn-ErrorType.
func errorCode(response *http.Response, body []byte) string {
	var answer struct {
		Type string `json:"__type"`
		Code string `json:"code"`
	}
	_ = json.Unmarshal(body, &answer) // an answer that is not JSON has no code of its own
	header, _, _ := strings.Cut(response.Header.Get("X-Amzn-Errortype"), ":")
	for _, raw := range []string{answer.Type, answer.Code, header} {
		if code := cleanCode(raw); code != "" {
			return code
		}
	}
	return "Http" + strings.Fields(response.Status + " ")[0]
}

func isThrottling(code string) bool {
	return strings.HasPrefix(code, "Throttl") || strings.HasPrefix(code, "TooManyRequests") ||
		code == "RequestLimitExceeded" || code == "SlowDown" || code == "RequestThrottled"
}

package main

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTrust(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok")) }))
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		environment []string
		trusted     bool
	}{
		"only the Amazon roots":   {nil, false},
		"the file of a proxy":     {[]string{"SSL_CERT_FILE=" + bundle}, true},
		"the bundle of the tools": {[]string{"AWS_CA_BUNDLE=" + bundle}, true},
	}
	for name, c := range cases {
		client, err := newHTTPClient(c.environment, true)
		if err != nil {
			t.Fatal(err)
		}
		request, _ := http.NewRequest("GET", server.URL, strings.NewReader(""))
		_, err = send(client, request)
		if c.trusted && err != nil || !c.trusted && !isUnknownAuthority(err) {
			t.Errorf("%s: %v", name, err)
		}
		if !c.trusted && codeOf(err) != "UntrustedCertificate" {
			t.Error(codeOf(err))
		}
	}
}

// A host of Amazon's with a certificate of another root gets one more try with the system's bundle, and only one.
func TestUnknownRootIsTriedWithTheSystemsBundleOnce(t *testing.T) {
	calls := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls++ }))
	defer server.Close()
	where, err := findEndpoint([]string{"AWS_ENDPOINT_URL=" + server.URL}, "us-east-1", ssmService)
	if err != nil {
		t.Fatal(err)
	}
	caller, _ := newHTTPClient(nil, true)
	c := &client{http: caller, endpoint: where, service: ssmService, region: "us-east-1", keys: credentials{"a", "b", ""}, retrust: true}
	err = c.read(context.Background(), []reference{{variable: "A", name: "/a"}}, map[string]string{})
	var failed *failure
	if !errors.As(err, &failed) || failed.code != "UntrustedCertificate" || c.retrust || calls != 0 {
		t.Errorf("%v, retrust %v, %d calls", err, c.retrust, calls)
	}
	if transport := c.http.Transport.(*http.Transport); transport.TLSClientConfig.RootCAs != nil {
		t.Error("the system's bundle was not tried")
	}
}

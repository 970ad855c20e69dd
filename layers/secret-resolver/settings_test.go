package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFindEndpoint(t *testing.T) {
	cases := []struct {
		environment  []string
		region, want string
		ownRoots     bool
	}{
		{nil, "eu-central-1", "https://ssm.eu-central-1.amazonaws.com/", true},
		{nil, "cn-north-1", "https://ssm.cn-north-1.amazonaws.com.cn/", false},
		{nil, "us-isob-east-1", "https://ssm.us-isob-east-1.sc2s.sgov.gov/", false},
		{nil, "us-iso-east-1", "https://ssm.us-iso-east-1.c2s.ic.gov/", false},
		{nil, "eusc-de-east-1", "https://ssm.eusc-de-east-1.amazonaws.eu/", false},
		{nil, "us-gov-west-1", "https://ssm.us-gov-west-1.amazonaws.com/", true},
		{[]string{"AWS_USE_FIPS_ENDPOINT=true"}, "us-east-1", "https://ssm-fips.us-east-1.amazonaws.com/", true},
		{[]string{"AWS_USE_FIPS_ENDPOINT=true"}, "us-gov-west-1", "https://ssm.us-gov-west-1.amazonaws.com/", true},
		{[]string{"AWS_ENDPOINT_URL=http://127.0.0.1:1"}, "us-east-1", "http://127.0.0.1:1", false},
		{[]string{"AWS_ENDPOINT_URL=http://a", "AWS_ENDPOINT_URL_SSM=https://b:8443/x"}, "us-east-1", "https://b:8443/x", false},
	}
	for _, c := range cases {
		got, err := findEndpoint(c.environment, c.region, ssmService)
		if err != nil || got.url.String() != c.want || got.ownRoots != c.ownRoots {
			t.Errorf("%s %q: %v %v %v", c.region, c.environment, got.url, got.ownRoots, err)
		}
	}
	for _, bad := range []string{"ftp://x", "http://", "nothing", "http://a?b=c", "http://a b"} {
		if _, err := findEndpoint([]string{"AWS_ENDPOINT_URL_SSM=" + bad}, "us-east-1", ssmService); err == nil {
			t.Errorf("%s is no endpoint", bad)
		}
	}
}

func TestFindEndpointOfSecretsManager(t *testing.T) {
	fips := []string{"AWS_USE_FIPS_ENDPOINT=true"}
	cases := []struct {
		environment  []string
		region, want string
	}{
		{nil, "eu-central-1", "https://secretsmanager.eu-central-1.amazonaws.com/"},
		{nil, "cn-north-1", "https://secretsmanager.cn-north-1.amazonaws.com.cn/"},
		{fips, "us-east-1", "https://secretsmanager-fips.us-east-1.amazonaws.com/"},
		{fips, "us-gov-west-1", "https://secretsmanager-fips.us-gov-west-1.amazonaws.com/"},
		{[]string{"AWS_ENDPOINT_URL_SSM=http://a", "AWS_ENDPOINT_URL=http://b"}, "us-east-1", "http://b"},
		{[]string{"AWS_ENDPOINT_URL_SECRETS_MANAGER=http://a", "AWS_ENDPOINT_URL=http://b"}, "us-east-1", "http://a"},
	}
	for _, c := range cases {
		got, err := findEndpoint(c.environment, c.region, secretsService)
		if err != nil || got.url.String() != c.want {
			t.Errorf("%s %q: %v %v", c.region, c.environment, got.url, err)
		}
	}
}

func TestFindRegion(t *testing.T) {
	if got, _ := findRegion([]string{"AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=eu-west-1"}); got != "eu-west-1" {
		t.Error(got)
	}
	for _, bad := range []string{"", "evil.example/", "us-east-1@x", "A"} {
		if _, err := findRegion([]string{"AWS_REGION=" + bad}); err == nil {
			t.Errorf("%q is no region", bad)
		}
	}
}

func TestCredentialsHosts(t *testing.T) {
	for host, want := range map[string]bool{
		"http://127.0.0.1:9001/c": true, "http://localhost/c": true, "http://[::1]/c": true, "http://169.254.170.2/c": true,
		"http://169.254.170.23/c": true, "https://credentials.example/c": true,
		"http://example.com/c": false, "http://169.254.169.254/c": false, "file:///etc/passwd": false, "http://localhost.evil/c": false, "": false,
	} {
		if got := isCredentialsHost(host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
}

func TestEmbeddedRoots(t *testing.T) {
	count := 0
	for rest := amazonRoots; ; count++ {
		block, next := pem.Decode(rest)
		if block == nil {
			break
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !root.IsCA || root.NotAfter.Before(time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("certificate %d: %v", count, err)
			break
		}
		if name := root.Subject.CommonName; !strings.HasPrefix(name, "Amazon Root CA ") && !strings.HasPrefix(name, "Starfield Services Root") {
			t.Error(name)
		}
		rest = next
	}
	if count != 5 {
		t.Errorf("%d roots", count)
	}
}

func TestReportIsOneLineWithoutServerText(t *testing.T) {
	err := &failure{code: cleanCode("com.amazonaws.ssm#AccessDeniedException\nuser text"), references: []reference{{variable: "DB\nPW", name: "/cinch/f/DB", version: "2"}, {variable: "X"}}}
	if got := err.Error(); got != "AccessDeniedException: parameter /cinch/f/DB:2 (variable DB?PW), variable X" {
		t.Errorf("%q", got)
	}
	if got := codeOf(errors.New("secret text of somebody")); got != "NetworkError" {
		t.Error(got)
	}
	response := &http.Response{Status: "503 Slow down now", Header: http.Header{}}
	if got := errorCode(response, []byte("<html>")); got != "Http503" {
		t.Error(got)
	}
}

func TestRetriesOnlyWhatMayPass(t *testing.T) {
	count := func(err error) int {
		tries := 0
		_, _ = withRetries(context.Background(), func(context.Context) (int, error) { tries++; return 0, err })
		return tries
	}
	if got := count(codeError("AccessDeniedException")); got != 1 {
		t.Errorf("denied: %d tries", got)
	}
	if got := count(passing{codeError("ThrottlingException")}); got != maxTries {
		t.Errorf("throttled: %d tries", got)
	}
	if got := count(nil); got != 1 {
		t.Errorf("fine: %d tries", got)
	}
}

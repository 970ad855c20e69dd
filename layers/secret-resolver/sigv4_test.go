package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// AWS's published Signature Version 4 test suite: names and signatures are the suite's.
func TestSignAgainstAWSTestSuite(t *testing.T) {
	now := time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)
	keys := credentials{accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	cases := []struct {
		name, method, path, body string
		headers                  map[string]string
		signedHeaders, signature string
	}{
		{"get-vanilla", "GET", "/", "", nil, "host;x-amz-date",
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"post-vanilla", "POST", "/", "", nil, "host;x-amz-date",
			"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"get-unreserved", "GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "", nil, "host;x-amz-date",
			"07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		{"post-x-www-form-urlencoded", "POST", "/", "Param1=value1",
			map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, "content-type;host;x-amz-date",
			"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{"get-header-value-trim", "GET", "/", "", map[string]string{"My-Header1": " value1", "My-Header2": ` "a   b   c"`},
			"host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
	}
	for _, c := range cases {
		request, err := http.NewRequest(c.method, "https://example.amazonaws.com"+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range c.headers {
			request.Header[name] = []string{value}
		}
		sign(request, []byte(c.body), keys, "us-east-1", "service", now)
		want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" +
			c.signedHeaders + ", Signature=" + c.signature
		if got := request.Header.Get("Authorization"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

func TestSignSignsTheSessionToken(t *testing.T) {
	request, _ := http.NewRequest("POST", "http://127.0.0.1:4566", nil)
	sign(request, nil, credentials{"AKIDEXAMPLE", "key", "token"}, "eu-west-1", "ssm", time.Unix(0, 0))
	if !strings.Contains(request.Header.Get("Authorization"), "SignedHeaders=host;x-amz-date;x-amz-security-token,") {
		t.Error(request.Header.Get("Authorization"))
	}
}

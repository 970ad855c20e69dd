package main

import (
	"bytes"
	"context"
	"net/http"
	"time"
)

// client calls one of the two stores.
type client struct {
	http     *http.Client
	endpoint endpoint
	service  service
	region   string
	keys     credentials
	retrust  bool // the system's roots were not tried yet
}

func newClient(ctx context.Context, environment []string, of service) (*client, error) {
	region, err := findRegion(environment)
	if err != nil {
		return nil, err
	}
	where, err := findEndpoint(environment, region, of)
	if err != nil {
		return nil, err
	}
	caller, err := newHTTPClient(environment, where.ownRoots)
	if err != nil {
		return nil, err
	}
	keys, err := findCredentials(ctx, environment)
	if err != nil {
		return nil, err
	}
	return &client{http: caller, endpoint: where, service: of, region: region, keys: keys, retrust: where.ownRoots}, nil
}

func (c *client) post(ctx context.Context, target string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint.url.String(), bytes.NewReader(body))
	if err != nil {
		return nil, codeError("InvalidEndpoint")
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	sign(request, body, c.keys, c.region, c.service.host, time.Now())
	answer, err := send(c.http, request)
	if err != nil && isUnknownAuthority(err) {
		if !c.retrust {
			return nil, codeError("UntrustedCertificate")
		}
		c.retrust = false
		trustSystem(c.http)
	}
	return answer, err
}

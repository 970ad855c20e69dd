package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
)

type credentials struct {
	accessKeyID, secretAccessKey, sessionToken string
}

// findCredentials takes the keys that Lambda puts into the environment, or, as with SnapStart, asks the container
// credentials endpoint (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
func findCredentials(ctx context.Context, environment []string) (credentials, error) {
	keys := credentials{
		accessKeyID:     lookup(environment, "AWS_ACCESS_KEY_ID"),
		secretAccessKey: lookup(environment, "AWS_SECRET_ACCESS_KEY"),
		sessionToken:    lookup(environment, "AWS_SESSION_TOKEN"),
	}
	if keys.accessKeyID != "" && keys.secretAccessKey != "" {
		return keys, nil
	}
	where := lookup(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if where == "" {
		return credentials{}, codeError("NoCredentials")
	}
	if !isCredentialsHost(where) {
		return credentials{}, codeError("UntrustedCredentialsHost")
	}
	token, err := authorizationToken(environment)
	if err != nil {
		return credentials{}, err
	}
	return readContainerCredentials(ctx, where, token)
}

func authorizationToken(environment []string) (string, error) {
	file := lookup(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
	if file == "" {
		return lookup(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN"), nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", codeError("UnreadableAuthorizationTokenFile")
	}
	return strings.TrimSpace(string(content)), nil
}

// isCredentialsHost keeps the token on this machine, as the SDKs do: https, loopback, or the ECS and EKS addresses.
func isCredentialsHost(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil {
		return false
	}
	if parsed.Scheme == "https" {
		return parsed.Host != ""
	}
	host := parsed.Hostname()
	address := net.ParseIP(host)
	return parsed.Scheme == "http" && (host == "localhost" || address != nil && address.IsLoopback() ||
		host == "169.254.170.2" || host == "169.254.170.23" || host == "fd00:ec2::23")
}

func readContainerCredentials(ctx context.Context, where, token string) (credentials, error) {
	client := &http.Client{CheckRedirect: noRedirect, Transport: &http.Transport{Proxy: nil}}
	body, err := withRetries(ctx, func(ctx context.Context) ([]byte, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
		if err != nil {
			return nil, codeError("InvalidCredentialsUri")
		}
		if token != "" {
			request.Header.Set("Authorization", token)
		}
		return send(client, request)
	})
	if err != nil {
		return credentials{}, codeError("Credentials" + codeOf(err))
	}
	var answer struct{ AccessKeyId, SecretAccessKey, Token string }
	if json.Unmarshal(body, &answer) != nil || answer.AccessKeyId == "" || answer.SecretAccessKey == "" {
		return credentials{}, codeError("CredentialsMalformedResponse")
	}
	return credentials{answer.AccessKeyId, answer.SecretAccessKey, answer.Token}, nil
}

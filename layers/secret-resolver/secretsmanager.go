package main

import (
	"context"
	"encoding/json"
)

// secret is Secrets Manager's answer. SecretString is a pointer: a binary secret has none, and that is not an empty one.
type secret struct {
	Name         string
	SecretString *string
}

// readSecrets fetches each secret by a call of its own: for BatchGetSecretValue the role would need a right on all
// secrets (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html).
// Variables with the same secret share the call.
func (c *client) readSecrets(ctx context.Context, references []reference, values map[string]string) error {
	read := map[string]string{}
	for _, ref := range references {
		value, known := read[ref.name]
		if !known {
			var err error
			if value, err = c.readSecret(ctx, ref); err != nil {
				return &failure{code: codeOf(err), references: []reference{ref}}
			}
			read[ref.name] = value
		}
		values[ref.variable] = value
	}
	return nil
}

func (c *client) readSecret(ctx context.Context, ref reference) (string, error) {
	body, err := json.Marshal(map[string]string{"SecretId": ref.name})
	if err != nil {
		return "", codeError("CannotEncodeRequest")
	}
	answer, err := withRetries(ctx, func(ctx context.Context) ([]byte, error) {
		return c.post(ctx, "secretsmanager.GetSecretValue", body)
	})
	if err != nil {
		return "", err
	}
	var found secret
	if json.Unmarshal(answer, &found) != nil {
		return "", codeError("MalformedResponse")
	}
	if found.Name != ref.name {
		return "", codeError("AnotherSecret")
	}
	if found.SecretString == nil {
		return "", codeError("NoSecretString")
	}
	return *found.SecretString, nil
}

// The secret resolver: a Lambda exec wrapper that replaces the environment's references to SSM parameters and to
// secrets of Secrets Manager by their values and then becomes the runtime (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html).
// It never starts the runtime with a reference it could not resolve, and never prints a value.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	wrapperVariable     = "AWS_LAMBDA_EXEC_WRAPPER"
	nextWrapperVariable = "CINCH_NEXT_WRAPPER"
	totalTimeout        = 5 * time.Second // Lambda ends an init after 10 s, and the runtime needs its share
)

func main() {
	fmt.Fprintf(os.Stderr, "cinch-secret-resolver: function not started: %v\n", run(os.Args[1:], syscall.Environ()))
	os.Exit(exitCode)
}

// run returns only when it failed: otherwise the process has become the next program.
func run(args, environment []string) error {
	if len(args) == 0 {
		return &failure{code: "NoRuntimeToStart"}
	}
	environment, err := resolve(environment)
	if err != nil {
		return err
	}
	args, environment = chain(args, environment)
	path, err := exec.LookPath(args[0])
	if err != nil {
		return &failure{code: "CannotFind " + printable(args[0])}
	}
	if err := syscall.Exec(path, args, environment); err != nil {
		return &failure{code: "CannotStart " + printable(args[0]) + ": " + err.Error()}
	}
	return nil
}

// resolve returns the environment with every reference replaced, or an error. Without references it touches no network.
func resolve(environment []string) ([]string, error) {
	references, malformed := findReferences(environment)
	if len(malformed) > 0 {
		return nil, &failure{code: "MalformedReference", references: malformed}
	}
	if len(references) == 0 {
		return environment, nil
	}
	// A reference in, say, HTTPS_PROXY or AWS_ENDPOINT_URL says nothing to the code below: it has no value yet.
	settings := environment
	for _, ref := range references {
		os.Unsetenv(ref.variable)
		settings = removeVariable(settings, ref.variable)
	}
	ctx, cancel := context.WithTimeout(context.Background(), totalTimeout)
	defer cancel()
	values, err := readAll(ctx, settings, references)
	if err != nil {
		return nil, err
	}
	if bad := unusable(references, values); len(bad) > 0 {
		return nil, &failure{code: "ValueHasNulByte", references: bad}
	}
	return replaceValues(environment, values), nil
}

// readAll reads each store that is referred to; the other one is not called.
func readAll(ctx context.Context, settings []string, references []reference) (map[string]string, error) {
	var parameters, secrets []reference
	for _, ref := range references {
		if ref.secret {
			secrets = append(secrets, ref)
		} else {
			parameters = append(parameters, ref)
		}
	}
	values := make(map[string]string, len(references))
	if len(parameters) > 0 {
		client, err := newClient(ctx, settings, ssmService)
		if err != nil {
			return nil, &failure{code: codeOf(err), references: parameters}
		}
		for _, batch := range batches(parameters) {
			if err := client.read(ctx, batch, values); err != nil {
				return nil, err
			}
		}
	}
	if len(secrets) > 0 {
		client, err := newClient(ctx, settings, secretsService)
		if err != nil {
			return nil, &failure{code: codeOf(err), references: secrets}
		}
		if err := client.readSecrets(ctx, secrets, values); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// unusable lists the references whose value no environment can hold.
func unusable(references []reference, values map[string]string) []reference {
	var bad []reference
	for _, ref := range references {
		if strings.IndexByte(values[ref.variable], 0) >= 0 {
			bad = append(bad, ref)
		}
	}
	return bad
}

// chain puts the wrapper that was there before Cinch in front of the runtime, as if Lambda had started it.
func chain(args, environment []string) ([]string, []string) {
	next := lookup(environment, nextWrapperVariable)
	environment = removeVariable(environment, nextWrapperVariable)
	if next == "" {
		return args, environment
	}
	return append([]string{next}, args...), setVariable(environment, wrapperVariable, next)
}

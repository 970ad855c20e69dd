package main

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
)

const maxBatch = 10 // GetParameters takes no more names

// parameter is one entry of the answer. Value is a pointer: an absent value is not an empty one.
type parameter struct {
	Name     string
	ARN      string
	Selector string
	Version  int64
	Value    *string
}

// batches cuts the references into calls of at most ten parameters. One parameter in two versions goes into two calls,
// so that an answer without Selector can't be taken for the other version.
func batches(references []reference) [][]reference {
	var out [][]reference
	var names []map[string]string // per batch: parameter name -> full name
	for _, ref := range references {
		at := 0
		for ; at < len(out); at++ {
			full, taken := names[at][ref.name]
			if taken && full == ref.full() || !taken && len(names[at]) < maxBatch {
				break
			}
		}
		if at == len(out) {
			out = append(out, nil)
			names = append(names, map[string]string{})
		}
		out[at] = append(out[at], ref)
		names[at][ref.name] = ref.full()
	}
	return out
}

// read fetches one batch and puts each variable's value into values. Every reference is found, or it is an error.
func (c *client) read(ctx context.Context, batch []reference, values map[string]string) error {
	body, err := json.Marshal(map[string]any{"Names": fullNames(batch), "WithDecryption": true})
	if err != nil {
		return &failure{code: "CannotEncodeRequest", references: batch}
	}
	answer, err := withRetries(ctx, func(ctx context.Context) ([]byte, error) { return c.post(ctx, "AmazonSSM.GetParameters", body) })
	if err != nil {
		return &failure{code: codeOf(err), references: batch}
	}
	var parsed struct{ Parameters []parameter }
	if json.Unmarshal(answer, &parsed) != nil {
		return &failure{code: "MalformedResponse", references: batch}
	}
	var missing []reference
	for _, ref := range batch {
		if found := match(ref, parsed.Parameters); found != nil {
			values[ref.variable] = *found.Value
		} else {
			missing = append(missing, ref)
		}
	}
	if len(missing) > 0 {
		return &failure{code: "ParameterNotFound", references: missing}
	}
	return nil
}

func fullNames(batch []reference) []string {
	seen := map[string]bool{}
	var names []string
	for _, ref := range batch {
		if name := ref.full(); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// match finds the entry that answers a reference: by name, or by ARN, and by Selector or Version when the reference has
// one. SSM answers "/a:3" with Name "/a" and Selector ":3"; other implementations leave Selector out.
func match(ref reference, parameters []parameter) *parameter {
	for i := range parameters {
		entry := &parameters[i]
		if entry.Value == nil || !names(entry, ref) {
			continue
		}
		if ref.version == "" && entry.Selector == "" || ref.version != "" && hasVersion(entry, ref.version) {
			return entry
		}
	}
	return nil
}

func names(entry *parameter, ref reference) bool {
	if entry.Name == ref.name || entry.Name == ref.full() {
		return true
	}
	// "/a" and "a" have one ARN, so it only counts for an answer without a plain name.
	byARN := entry.Name == "" || strings.HasPrefix(entry.Name, "arn:")
	return byARN && strings.HasPrefix(entry.ARN, "arn:") &&
		strings.HasSuffix(entry.ARN, ":parameter/"+strings.TrimPrefix(ref.name, "/"))
}

func hasVersion(entry *parameter, version string) bool {
	return entry.Selector == ":"+version || entry.Selector == "" && strconv.FormatInt(entry.Version, 10) == version
}

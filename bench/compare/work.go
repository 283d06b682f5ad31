package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// work is what a plan does many times.
type work struct {
	title string // with %d for how often
	// block is the type and the body of a block, or function the call that
	// stands in place of one.
	block, body, function string
	// bare does the same without Terraform. Where it is not nil the target is
	// for the time beyond the floor as a multiple of that, else for the whole
	// time as a multiple of the floor's.
	bare     func(ctx context.Context, count int) (time.Duration, error)
	bareName string
	target   float64
	why      string // the limit, where the target is missed
}

// hcl writes the configuration that does the work some times.
func (w work) hcl(kind string, count int) string {
	if w.function != "" {
		return fmt.Sprintf("output \"n\" {\n  value = length([for n in range(%d) : %s])\n}\n", count, w.function)
	}
	return fmt.Sprintf("%s %q \"this\" {\n  count = %d\n%s}\n", kind, w.block, count, w.body)
}

func (w work) titled(count int) string {
	return strings.Replace(w.title, "%d", strconv.Itoa(count), 1)
}

// folders names what the works read.
type folders struct{ key, application, opaque, jwt string }

// prepare writes keys and tokens, as many of either kind as blocks need one.
func prepare(ctx context.Context, i *issuer, folder string, count int) (*folders, error) {
	f := &folders{
		key: filepath.Join(folder, "service.json"), application: filepath.Join(folder, "application.json"),
		opaque: filepath.Join(folder, "opaque"), jwt: filepath.Join(folder, "jwt"),
	}
	if err := os.WriteFile(f.key, i.World.Service.KeyJSON(), 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(f.application, i.World.API.KeyJSON(), 0o600); err != nil {
		return nil, err
	}
	for to, keyJSON := range map[string][]byte{f.opaque: i.World.Service.KeyJSON(), f.jwt: i.World.ServiceJWT.KeyJSON()} {
		tokens, err := fetchTokens(ctx, i, keyJSON, count)
		if err != nil {
			return nil, err
		}
		if err := os.Mkdir(to, 0o700); err != nil {
			return nil, err
		}
		for n, token := range tokens {
			if err := os.WriteFile(filepath.Join(to, strconv.Itoa(n)), []byte(token), 0o600); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

// equal asks for the same token in each block.
func equal(i *issuer, target float64) work {
	return work{
		title: "%d access tokens, equal scopes", block: "zitadel_access_token", target: target,
		body: fmt.Sprintf("  project_ids = [%q]\n", i.World.Project.ID),
		why:  "Of what a block allocates in the provider nine tenths are the framework's, in the floor as well; the rest is the validators, the log line and the values. A single block has two requests and one signature to bear alone.",
	}
}

// works are those of the table, but for equal.
func works(i *issuer, f *folders) ([]work, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	scope := func(n any) string { return fmt.Sprintf("urn:zitadel:iam:org:project:role:role%v", n) }
	return []work{
		{
			title: "%d access tokens, as many sets of scopes", block: "zitadel_access_token", target: 1.3,
			body: fmt.Sprintf("  scopes = [%q]\n", scope("${count.index}")),
			bare: func(ctx context.Context, count int) (time.Duration, error) {
				forms, err := grants(i.URL, i.World.Service.KeyJSON(), count, func(n int) string { return scope(n) })
				return ask(ctx, i.URL+tokenPath, forms, err)
			},
			bareName: "a bare Go client",
			why:      "Were the provider's own part nothing, the issuer's would still be there: its requests come one by one among the CLI's work, not in one stroke.",
		},
		{
			title: "%d client assertions", block: "zitadel_client_assertion", target: 1.3,
			bare:     func(_ context.Context, count int) (time.Duration, error) { return signatures(private, count) },
			bareName: "bare signatures",
			why:      "The signatures compete with the CLI, which keeps the cores busy, for the same cores.",
		},
		{
			title: "%d introspections of different tokens", block: "zitadel_introspection", target: 1.3,
			body: fmt.Sprintf("  token       = file(%q)\n  credentials = { key_file = %q }\n", f.opaque+"/${count.index}", f.application),
			bare: func(ctx context.Context, count int) (time.Duration, error) {
				tokens, err := read(f.opaque, count)
				if err != nil {
					return 0, err
				}
				forms, err := questions(i.URL, i.World.API.KeyJSON(), tokens)
				return ask(ctx, i.URL+introspectionPath, forms, err)
			},
			bareName: "a bare Go client",
			why:      "As for the tokens; and each answer is checked for names that repeat, and written as two dozen results. Nearly half of the bytes that a block allocates in the provider are copies of the attributes of its schema, which the framework makes for each attribute that it looks up, in the floor as well.",
		},
		{
			title: "%d local verifications", block: "zitadel_token_verification", target: 1.25,
			body: fmt.Sprintf("  token             = file(%q)\n  required_audience = []\n", f.jwt+"/${count.index}"),
			why:  "Each token has its RSA verification, and its JSON is checked for names that repeat.",
		},
	}, nil
}

// decode is the work of the function, which has no ephemeral twin.
func decode(f *folders) work {
	return work{
		title: "%d calls of decode_jwt", function: fmt.Sprintf("provider::zitadel::decode_jwt(file(%q))", f.jwt+"/${n}"), target: 1.1,
		why: "Each token is decoded, checked for names that repeat, and typed; the floor's result is ready.",
	}
}

func ask(ctx context.Context, to string, forms []url.Values, err error) (time.Duration, error) {
	if err != nil {
		return 0, err
	}
	_, took, err := post(ctx, to, forms)
	return took, err
}

func read(folder string, count int) (tokens []string, err error) {
	for n := range count {
		token, err := os.ReadFile(filepath.Join(folder, strconv.Itoa(n)))
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, string(token))
	}
	return tokens, nil
}

package acctest

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestSearch checks that secrets are found in each encoding, and that reports do not contain the
// secrets.
func TestSearch(t *testing.T) {
	key := string(World().Service.KeyJSON())
	private := strings.Split(key, `\n`)[20]
	const (
		secret = "a-secret?of-some-length"
		opaque = "head.encrypted-key-of-a-token.iv.encrypted-text.tag"
		jwt    = "head.claims.signature-of-a-token"
	)
	known := secrets{what: map[string]string{key: "key", secret: "secret", opaque: "token", jwt: "JWT"}}
	for name, c := range map[string]struct{ place, text, what string }{
		"verbatim":       {"log", "it is " + secret, "secret"},
		"beginning":      {"log", "it is " + secret[:pieceLength] + "...", "secret"},
		"end":            {"log", "it is ..." + secret[len(secret)-pieceLength:], "secret"},
		"in a URL":       {"log", "?secret=a-secret%3Fof-some-length&", "secret (escaped)"},
		"in hex":         {"log", hex.EncodeToString([]byte("Secret " + secret)), "secret (hex)"},
		"as numbers":     {"log", fmt.Sprintf("%v", []byte(secret)), "secret (bytes)"},
		"base64 at 0":    {"log", base64.StdEncoding.EncodeToString([]byte("id:" + secret)), "secret (base64 0)"},
		"base64 at 1":    {"log", base64.StdEncoding.EncodeToString([]byte("i:1:" + secret)), "secret (base64 1)"},
		"base64 at 2":    {"log", base64.StdEncoding.EncodeToString([]byte("i:" + secret)), "secret (base64 2)"},
		"line of a key":  {"log", "key: " + private, "key"},
		"encrypted key":  {"log", "token " + opaque[:25] + "...", "token"},
		"encrypted text": {"log", "encrypted-text.t", ""},
		"signature":      {"log", "signature-of-a-token", "JWT"},
		"base64 of JWT":  {"log", "vault:v1:signature+of+a+token", "JWT (standard base64)"},
		"header alone":   {"log", "head.claims", ""},
		"modulus":        {"log", strings.Split(key, `\n`)[3], ""},
		"too short":      {"log", secret[:pieceLength-1], ""},
		"unknown token":  {"log", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.", "unknown token or assertion"},
		"unknown key":    {"log", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG", "unknown key"},
		"no key":         {"log", "it must start with -----BEGIN PRIVATE KEY----- and be complete", ""},
		"command line":   {"log of the command line", "1 [INFO]  CLI args: []string{\"plan\", \"-var=" + secret, "secret"},
		"dynamic attribute": {"log of a dynamic attribute", "[DEBUG] UpgradeResourceState: ignoring dynamic block: " +
			"map{" + secret, "secret"},
		"next line": {"log", "1 [INFO]  CLI args: []string{\"plan\"}\nit is " + secret, "secret"},
	} {
		s := &search{finder: known.finder(), leaks: map[leak][]string{}}
		s.text("log", "file", c.text)
		if c.what == "" {
			if len(s.leaks) > 0 {
				t.Errorf("%s: found %v, want none", name, s.leaks)
			}
			continue
		}
		where := s.leaks[leak{c.place, c.what}]
		if len(where) == 0 {
			t.Errorf("%s: found %v, want the %s in the %s", name, s.leaks, c.what, c.place)
		}
		for _, each := range where {
			if strings.Contains(each, secret[:5]) || strings.Contains(each, private[:5]) {
				t.Errorf("%s: the report contains the secret: %s", name, each)
			}
		}
	}
}

// TestSearchState checks that each part of a state is reported as a separate place.
func TestSearchState(t *testing.T) {
	const secret = "a-secret-of-some-length"
	known := secrets{what: map[string]string{secret: "secret"}}
	s := &search{finder: known.finder(), leaks: map[leak][]string{}}
	if err := s.state("file", `{"version": 4, "outputs": {"a": "`+secret); err != nil ||
		len(s.leaks[leak{"state, unfinished", "secret"}]) == 0 {
		t.Errorf("unfinished state: found %v (error %v), want the secret", s.leaks, err)
	}
	clear(s.leaks)
	if err := s.state("file", strings.ReplaceAll(`{
		"outputs": {"a": {"value": "SECRET"}},
		"check_results": [{"messages": ["SECRET"]}],
		"resources": [{"type": "zitadel_introspection", "instances": [
			{"attributes": {"token": "SECRET", "valid": true}, "private": "SECRET"}
		]}]
	}`, "SECRET", secret)); err != nil {
		t.Fatal(err)
	}
	var places []string
	for found := range maps.Keys(s.leaks) {
		places = append(places, found.place)
	}
	slices.Sort(places)
	want := []string{
		"state, check_results",
		"state, outputs",
		"state, private of zitadel_introspection",
		"state, zitadel_introspection.token",
	}
	if !slices.Equal(places, want) {
		t.Errorf("found the secret in %q, want %q", places, want)
	}
}

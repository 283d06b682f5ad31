package key_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// holder has secrets in exported and unexported fields. fmt does not call the methods of a value in
// an unexported field.
type holder struct {
	Shown     key.Secret
	hidden    key.Secret
	Key       *key.Key
	hiddenKey *key.Key
	List      []key.Secret
	byName    map[string]key.Secret
}

// leaks returns the canary and the integers of the private key in each format in which they could be
// printed.
func leaks() []string {
	private := rsa2048()
	return []string{
		canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprintf("%d", []byte(canary)),
		fmt.Sprintf("% x", canary),
		private.D.String(), private.D.Text(16), private.Primes[0].String(), private.Primes[0].Text(16),
		strings.Trim(fmt.Sprint(private.D.Bits()), "[]"),
	}
}

func TestRedaction(t *testing.T) {
	t.Parallel()
	secret, k := key.NewSecret(canary), parsed(t, serviceAccount())
	held := holder{
		Shown: secret, hidden: secret, Key: k, hiddenKey: k,
		List: []key.Secret{secret}, byName: map[string]key.Secret{"a": secret},
	}
	values := map[string]any{
		"secret": secret, "pointer": &secret, "slice": []key.Secret{secret}, "map": map[string]any{"a": secret},
		"key": k, "key by value": *k, "keys": []*key.Key{k},
		"struct": held, "struct pointer": &held, "structs": []holder{held},
		"assertion": &key.Assertion{Text: secret},
		"error":     fmt.Errorf("secret %v: %w", secret, errors.New("rejected")),
		"fault":     fault.New("code", "secret", secret, "key", k),
	}
	formats := map[string]func(value any) string{
		"json": func(value any) string {
			data, err := json.Marshal(value)
			return string(data) + fmt.Sprint(err)
		},
		"xml": func(value any) string {
			data, err := xml.Marshal(value)
			return string(data) + fmt.Sprint(err)
		},
		"slog text": func(value any) string {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("m", "value", value, slog.Group("g", "value", value))
			return b.String()
		},
		"slog json": func(value any) string {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "value", value, slog.Group("g", "value", value))
			return b.String()
		},
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%20v", "%t", "%!"} {
		formats[verb] = func(value any) string { return fmt.Sprintf(verb, value) }
	}
	for name, value := range values {
		for format, write := range formats {
			text := write(value)
			if text == "" {
				t.Errorf("%s as %s: got no text", name, format)
			}
			for _, leak := range leaks() {
				if strings.Contains(text, leak) {
					t.Errorf("%s as %s: the text contains a secret: %s", name, format, text)
				}
			}
		}
	}
}

// TestRedactedText checks that a formatter that calls the methods of Secret or Key prints "[redacted]"
// and nothing else.
func TestRedactedText(t *testing.T) {
	t.Parallel()
	for _, value := range []any{key.NewSecret(canary), key.Secret{}, parsed(t, serviceAccount())} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, value); got != "[redacted]" {
				t.Errorf("%s: got %s, want [redacted]", verb, got)
			}
		}
		if got, err := json.Marshal(value); err != nil || string(got) != `"[redacted]"` {
			t.Errorf("JSON: got %s, error %v; want [redacted]", got, err)
		}
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Info("m", "value", value)
		if !strings.Contains(b.String(), "value=[redacted]") {
			t.Errorf("slog: got %s, want [redacted]", b.String())
		}
	}
}

func TestSecret(t *testing.T) {
	t.Parallel()
	if got := key.NewSecret(canary).Reveal(); got != canary {
		t.Errorf("got %q, want %q", got, canary)
	}
	zero := key.Secret{}
	if zero.Reveal() != "" || !zero.Empty() || !key.NewSecret("").Empty() || key.NewSecret(" ").Empty() {
		t.Error("Empty or Reveal returned the wrong result for an empty or blank secret")
	}
	if a, b := key.NewSecret(canary), key.NewSecret(canary); a.Fingerprint() != b.Fingerprint() {
		t.Error("equal secrets have different fingerprints")
	}
	if key.NewSecret(canary).Fingerprint() == key.NewSecret(canary+"x").Fingerprint() {
		t.Error("different secrets have the same fingerprint")
	}
}

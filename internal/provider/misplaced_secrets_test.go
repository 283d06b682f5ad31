package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// misplacedSecrets returns secrets that users pass to the wrong argument. Each of them contains "canary",
// "Y2FuYXJ5" (base64) or one of acctest.SecretParts of the service account key.
func misplacedSecrets() map[string]string {
	key := acctest.ServiceKey()
	token := acctest.UnsignedJWT(`{"alg":"RS256"}`, `{"a":"canary-canary"}`)
	return map[string]string{
		"key": key, "key with a line break": key + "\n", "quoted key": "'" + key + "'", "URL scheme": key + "://a",
		"key and a URL":    key + " https://z.example",
		"key before a URL": strings.Replace(key, "{", `{"issuer":"https://z.example",`, 1),
		"token":            token + "Y2FuYXJ5", "token with a line break": token + "\n",
		"PEM": "-----BEGIN RSA PRIVATE KEY-----\ncanary\n", "token without a known header": "e30.e30.Y2FuYXJ5Y2FuYXJ5",
		"client secret": "canaryGxSR1Jwg0fQxSRGqBjSLcr7PHrLaIQXwS9T7oLrZ2JVnKc4fWb8tUyEpD0", "short secret": "canary",
		"secret with symbols": "canary!$x%y", "secret like a variable": "canary$W0rd", "secret like a home": "~canary",
		"quoted secret": "'canary'", "ID and secret": "123456:canary", "secret and tilde": "canary~",
	}
}

// containedSecret returns a part of a misplaced secret that text contains, or "".
func containedSecret(text string) string {
	parts := append(acctest.SecretParts(acctest.ServiceKey()), "canary", "Y2FuYXJ5")
	for _, part := range parts {
		if part != "" && strings.Contains(text, part) {
			return part
		}
	}
	return ""
}

// If an argument of the provider, a data source or an ephemeral resource contains a key, a token or a
// client secret by mistake, the diagnostics must not repeat it.
func TestSecretInEachArgument(t *testing.T) {
	t.Parallel()
	skipTable(t)
	p := startConfigured(t, surplusProvider())
	arguments := 0
	for _, a := range everyAttribute(providerSchemas()) {
		if a.NestedType != nil || a.Computed || a.Type.Is(tftypes.Bool) || a.Type.Is(tftypes.Number) {
			continue
		}
		arguments++
		for form, secret := range misplacedSecrets() {
			t.Run(a.String()+" "+form, func(t *testing.T) {
				t.Parallel()
				if part := containedSecret(readWith(t, p, a, secret).String()); part != "" {
					t.Errorf("the diagnostics contain %q: %s", part, readWith(t, p, a, secret))
				}
			})
		}
	}
	if arguments < 100 {
		t.Errorf("tested %d arguments, want at least 100", arguments)
	}
}

// If an argument of a function contains a secret by mistake, the error must not repeat it.
func TestSecretInEachFunctionArgument(t *testing.T) {
	t.Parallel()
	for name, valid := range validArguments(t) {
		for n := range valid {
			for form, secret := range misplacedSecrets() {
				arguments := slices.Clone(valid)
				arguments[n] = secret
				_, problem := callFunction(t, name, arguments...)
				if problem != nil && containedSecret(problem.Text) != "" {
					t.Errorf("%s, argument %d, %s: the error contains the secret: %s", name, n, form, problem.Text)
				}
			}
		}
	}
}

package zitadel_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestBasicAuth(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	tests := []struct{ id, secret, want string }{
		{
			"78366401571920522@amce", "veryweaksecret!",
			"Basic NzgzNjY0MDE1NzE5MjA1MjIlNDBhbWNlOnZlcnl3ZWFrc2VjcmV0JTIx",
		},
		{"a:b", "c:d", encode("a%3Ab:c%3Ad")},
		{"a b", "ü+%", encode("a+b:%C3%BC%2B%25")},
		{"a", "", encode("a:")},
	}
	for _, test := range tests {
		if got := zitadel.BasicAuth(test.id, test.secret); got != test.want {
			t.Errorf("BasicAuth(%q, %q) = %s, want %s", test.id, test.secret, got, test.want)
		}
	}
}

// FuzzBasicAuth checks that a server that decodes the header according to RFC 6749 section 2.3.1
// obtains the original ID and secret.
func FuzzBasicAuth(f *testing.F) {
	f.Add("78366401571920522@amce", "veryweaksecret!")
	f.Add("a:b", "c:d")
	f.Add("", "+ %2B\r\n\x00ü\xff")
	f.Fuzz(func(t *testing.T, id, secret string) {
		header := zitadel.BasicAuth(id, secret)
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(header, "Basic "))
		if err != nil || !strings.HasPrefix(header, "Basic ") {
			t.Fatalf("invalid header %q: %v", header, err)
		}
		first, second, _ := strings.Cut(string(decoded), ":")
		gotID, idErr := url.QueryUnescape(first)
		gotSecret, secretErr := url.QueryUnescape(second)
		if gotID != id || gotSecret != secret || idErr != nil || secretErr != nil || strings.Contains(second, ":") {
			t.Errorf("%q has ID %q and secret %q, want %q and %q", decoded, gotID, gotSecret, id, secret)
		}
	})
}

// keyExpiringAt returns credentials with the key in keyJSON, except that the key expires at the
// given time.
func keyExpiringAt(t *testing.T, keyJSON []byte, at time.Time) zitadel.Credentials {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(keyJSON, &members); err != nil {
		t.Fatal(err)
	}
	members["expirationDate"] = at.Format(time.RFC3339)
	changed, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return keyCredentials(changed)
}

// presigned returns credentials that contain an assertion. The assertion was signed at the given
// time with the key in the given credentials.
func presigned(
	t *testing.T, credentials zitadel.Credentials, audience string, at time.Time, lifetime time.Duration,
) zitadel.Credentials {
	t.Helper()
	a, err := credentials.Key.Sign([]string{audience}, at, lifetime)
	if err != nil {
		t.Fatal(err)
	}
	return zitadel.Credentials{Assertion: a.Text}
}

// TestFingerprint checks that only equal credentials have the same fingerprint.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	all := []zitadel.Credentials{
		{}, secret("a", "b"), secret("a", "c"), secret("b", "b"), secret("ab", ""), secret("a", ""),
		{Assertion: key.NewSecret("a")}, {Assertion: key.NewSecret("b")}, userKey(), apiKey(),
		keyCredentials(world().Service.SecondKeyJSON()),
	}
	for n, one := range all {
		for m, other := range all {
			if (one.Fingerprint() == other.Fingerprint()) != (n == m) {
				t.Errorf("credentials %d and %d have the same fingerprint: %t, want %t", n, m, n != m, n == m)
			}
		}
	}
}

// TestRejectedWithoutRequest checks that credentials that are certain to fail are rejected before
// a request is sent.
func TestRejectedWithoutRequest(t *testing.T) {
	t.Parallel()
	now := time.Now()
	past := now.Add(-time.Hour).Truncate(time.Second)
	expired := presigned(t, apiKey(), "x", now.Add(-2*time.Hour), time.Minute)
	assertionExpiry := now.Add(-2*time.Hour - 5*time.Second + time.Minute).Truncate(time.Second)
	assertion := func(text string) zitadel.Credentials { return zitadel.Credentials{Assertion: key.NewSecret(text)} }
	expiredKey := func(at time.Time, holder, id, subject string) string {
		return fmt.Sprintf("key-expired expires_at=%q holder=%q key=%q subject=%q", at.UTC(), holder, id, subject)
	}
	service, api := world().Service, world().API
	const userKeyID, apiKeyID = "400663552009964582", "400663550952999974"
	// malformed stands for any fault that describes an invalid assertion.
	const malformed = ""
	// Bits for the operations that must reject the credentials.
	const tokens, introspections = 1, 2
	tests := map[string]struct {
		credentials zitadel.Credentials
		operations  int // tokens, introspections or both
		want        string
	}{
		"none": {zitadel.Credentials{}, tokens | introspections, "credentials-missing"},
		"a secret without an ID": {
			zitadel.Credentials{ClientSecret: key.NewSecret(canary)}, tokens | introspections, "credentials-missing",
		},
		"API application key":  {apiKey(), tokens, "application-key-for-token"},
		"OIDC application key": {oidcKey(), tokens, "application-key-for-token"},
		"service account key":  {userKey(), introspections, "service-account-key-for-introspection"},
		"expired user key": {
			keyExpiringAt(t, service.KeyJSON(), past), tokens,
			expiredKey(past, "service account", userKeyID, service.ID),
		},
		"user key that expires now": {
			keyExpiringAt(t, service.KeyJSON(), now.Truncate(time.Second)), tokens,
			expiredKey(now.Truncate(time.Second), "service account", userKeyID, service.ID),
		},
		"expired application key": {
			keyExpiringAt(t, api.KeyJSON(), past), introspections,
			expiredKey(past, "application", apiKeyID, api.ClientID),
		},
		"user key without an ID": {
			withoutID(t, service.KeyJSON()), tokens, `key-id-missing member="keyId"`,
		},
		"application key without an ID": {
			withoutID(t, api.KeyJSON()), introspections, `key-id-missing member="keyId"`,
		},
		"expired assertion": {
			expired, tokens | introspections, fmt.Sprintf("assertion-expired expires_at=%q", assertionExpiry.UTC()),
		},
		"assertion without dots": {assertion(canary), tokens | introspections, malformed},
		"opaque token":           {assertion(service.PAT), tokens | introspections, malformed},
		"key JSON":               {assertion(string(api.KeyJSON())), tokens | introspections, malformed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			c := newClient(t, issuer.URL)
			check := func(op string, err error) {
				e := asError(t, err)
				if !e.Credentials || e.Op != op || e.Status != 0 || e.URL != "" || e.Problem == nil || len(e.Causes) != 0 {
					t.Fatalf("unexpected error: %+v", e)
				}
				if code := e.Problem.Code; test.want == malformed {
					if !strings.HasPrefix(code, "assertion-") || code == "assertion-expired" {
						t.Errorf("fault %s, want a fault that describes an invalid assertion", e.Problem)
					}
				} else if e.Problem.Error() != test.want {
					t.Errorf("fault %s, want %s", e.Problem, test.want)
				}
				checkOmits(t, allText(e), canary, service.PAT, test.credentials.Assertion.Reveal())
			}
			if test.operations&tokens != 0 {
				_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: test.credentials})
				check("get access token", err)
			}
			if test.operations&introspections != 0 {
				_, err := c.Introspect(t.Context(), test.credentials, key.NewSecret("token"))
				check("introspect token", err)
			}
			if got := issuer.Connections(); got != 0 {
				t.Errorf("%d connections, want none", got)
			}
		})
	}
}

// TestKeyBeforeExpiry checks that a key is accepted before it expires.
func TestKeyBeforeExpiry(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	credentials := keyExpiringAt(t, world().Service.KeyJSON(), time.Now().Add(time.Hour))
	accessToken(t, newClient(t, issuer.URL), credentials, "openid")
	checkRequests(t, issuer, discoveryAndToken)
}

// withoutID returns credentials with the key in keyJSON, except that the key has no ID.
func withoutID(t *testing.T, keyJSON []byte) zitadel.Credentials {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(keyJSON, &members); err != nil {
		t.Fatal(err)
	}
	delete(members, "keyId")
	content, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return keyCredentials(content)
}

// TestSignWithoutKeyID checks that a key without an ID can sign an assertion, and that the
// assertion's header then has no "kid".
func TestSignWithoutKeyID(t *testing.T) {
	t.Parallel()
	credentials := withoutID(t, world().Service.KeyJSON())
	signed, err := zitadel.Sign(credentials, []string{"https://z.example"}, time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	again, err := key.ParseAssertion(signed.Text)
	if err != nil || signed.KeyID != "" || again.KeyID != "" || again.Subject != world().Service.ID {
		t.Errorf("unexpected assertion %+v or error %v", again, err)
	}
}

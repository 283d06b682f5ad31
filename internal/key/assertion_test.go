package key_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// verified signs an assertion with k and returns its payload, or nil if k does not sign with rsa2048.
func verified(t *testing.T, k *key.Key) []byte {
	t.Helper()
	a, err := k.Sign([]string{"https://issuer.example"}, someTime, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return payload(t, a)
}

// payload returns the payload of an assertion, or nil if the assertion was not signed with rsa2048.
func payload(t *testing.T, a *key.Assertion) []byte {
	t.Helper()
	signed, err := jose.ParseSignedCompact(a.Text.Reveal(), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	content, err := signed.Verify(&rsa2048().PublicKey)
	if err != nil {
		return nil
	}
	return content
}

func TestSign(t *testing.T) {
	t.Parallel()
	issued := float64(someTime.Unix() - 5)
	tests := map[string]struct {
		members  map[string]any
		audience []string
		lifetime time.Duration
		want     map[string]any // the payload without "jti"
		subject  string
		keyID    string
	}{
		"service account, one audience": {
			serviceAccount(), []string{"https://a.example"}, time.Hour,
			map[string]any{
				"iss": "user-1", "sub": "user-1", "aud": "https://a.example", "iat": issued, "exp": issued + 3600,
			},
			"user-1", "key-1",
		},
		"application, two audiences": {
			application(), []string{"https://a.example", "b"}, time.Minute,
			map[string]any{
				"iss": "client-1", "sub": "client-1", "aud": []any{"https://a.example", "b"},
				"iat": issued, "exp": issued + 60,
			},
			"client-1", "key-2",
		},
		"lifetime with a fraction of a second": {
			serviceAccount(), []string{"a"}, 90*time.Second + 500*time.Millisecond,
			map[string]any{"iss": "user-1", "sub": "user-1", "aud": "a", "iat": issued, "exp": issued + 90},
			"user-1", "key-1",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := parsed(t, test.members).Sign(test.audience, someTime, test.lifetime)
			if err != nil {
				t.Fatal(err)
			}
			var claims map[string]any
			if err := json.Unmarshal(payload(t, a), &claims); err != nil {
				t.Fatalf("invalid signature or payload: %v", err)
			}
			if id, _ := claims["jti"].(string); len(id) < 20 {
				t.Errorf("got jti %q, want at least 20 characters", id)
			}
			delete(claims, "jti")
			if !reflect.DeepEqual(claims, test.want) {
				t.Errorf("got payload %v, want %v", claims, test.want)
			}
			if a.Subject != test.subject || a.KeyID != test.keyID || !slices.Equal(a.Audience, test.audience) {
				t.Errorf("got subject %q, key %q, audience %q; want %q, %q, %q",
					a.Subject, a.KeyID, a.Audience, test.subject, test.keyID, test.audience)
			}
			// The fields of the assertion must match the signed claims.
			if float64(a.IssuedAt.Unix()) != test.want["iat"] || float64(a.ExpiresAt.Unix()) != test.want["exp"] ||
				a.IssuedAt.Nanosecond() != 0 || a.ExpiresAt.Nanosecond() != 0 || a.IssuedAt.Location() != time.UTC {
				t.Errorf("got %v to %v, want the times in the payload, in UTC", a.IssuedAt, a.ExpiresAt)
			}
		})
	}
}

func TestSignHeader(t *testing.T) {
	t.Parallel()
	a, err := parsed(t, serviceAccount()).Sign([]string{"a"}, someTime, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var header map[string]any
	if err := json.Unmarshal(part(t, a.Text.Reveal(), 0), &header); err != nil {
		t.Fatal(err)
	}
	if want := map[string]any{"alg": "RS256", "typ": "JWT", "kid": "key-1"}; !maps.Equal(header, want) {
		t.Errorf("got header %v, want %v", header, want)
	}
}

func TestSignGeneratesUniqueIDs(t *testing.T) {
	t.Parallel()
	k := parsed(t, serviceAccount())
	seen := map[string]bool{}
	for range 3 {
		var claims struct {
			ID string `json:"jti"`
		}
		if err := json.Unmarshal(verified(t, k), &claims); err != nil {
			t.Fatal(err)
		}
		if seen[claims.ID] {
			t.Errorf("jti %q is not unique", claims.ID)
		}
		seen[claims.ID] = true
	}
}

package key_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// part decodes a part of a compact JWS.
func part(t *testing.T, text string, n int) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[n])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// compact signs payload as a JWS with the header kid.
func compact(t *testing.T, algorithm jose.SignatureAlgorithm, signingKey any, payload string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: signingKey, KeyID: "key-9"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return must(signed.CompactSerialize())
}

func TestParseAssertion(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		payload  string
		audience []string
		issued   int64 // 0 for none
		expires  int64
	}{
		"audience is a string":  {`{"sub":"s","aud":"a","iat":1000,"exp":2000}`, []string{"a"}, 1000, 2000},
		"audience is an array":  {`{"sub":"s","aud":["a","b"],"iat":1000,"exp":2000}`, []string{"a", "b"}, 1000, 2000},
		"audience is a number":  {`{"sub":"s","aud":7,"iat":1000,"exp":2000}`, nil, 1000, 2000},
		"audience is null":      {`{"sub":"s","aud":null,"iat":1000,"exp":2000}`, nil, 1000, 2000},
		"no audience":           {`{"sub":"s","iat":1000,"exp":2000}`, nil, 1000, 2000},
		"no times":              {`{"sub":"s","aud":"a"}`, []string{"a"}, 0, 0},
		"times are null":        {`{"sub":"s","aud":"a","iat":null,"exp":null}`, []string{"a"}, 0, 0},
		"fractions are dropped": {`{"sub":"s","aud":"a","iat":1000.9,"exp":2e3}`, []string{"a"}, 1000, 2000},
		"last time there is":    {`{"sub":"s","aud":"a","iat":0,"exp":253402300799}`, []string{"a"}, -1, 253402300799},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := compact(t, jose.PS256, rsa2048(), test.payload)
			a, err := key.ParseAssertion(key.NewSecret(text))
			if err != nil {
				t.Fatal(err)
			}
			if a.Text.Reveal() != text || a.Subject != "s" || a.KeyID != "key-9" || !slices.Equal(a.Audience, test.audience) {
				t.Errorf("subject %q, key %q, audience %q", a.Subject, a.KeyID, a.Audience)
			}
			for what, pair := range map[string]struct {
				got  time.Time
				want int64
			}{"iat": {a.IssuedAt, test.issued}, "exp": {a.ExpiresAt, test.expires}} {
				if pair.want == 0 && !pair.got.IsZero() || pair.want > 0 && !pair.got.Equal(time.Unix(pair.want, 0)) {
					t.Errorf("%s is %v, want %d", what, pair.got, pair.want)
				}
			}
		})
	}
}

func TestParseAssertionOfKey(t *testing.T) {
	t.Parallel()
	signed, err := parsed(t, application()).Sign([]string{"a", "b"}, someTime, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	a, err := key.ParseAssertion(signed.Text)
	if err != nil {
		t.Fatal(err)
	}
	if a.Subject != signed.Subject || a.KeyID != signed.KeyID || !slices.Equal(a.Audience, signed.Audience) ||
		!a.IssuedAt.Equal(signed.IssuedAt) || !a.ExpiresAt.Equal(signed.ExpiresAt) {
		t.Errorf("%q of %q for %q from %v to %v", a.KeyID, a.Subject, a.Audience, a.IssuedAt, a.ExpiresAt)
	}
}

func TestParseAssertionFaults(t *testing.T) {
	t.Parallel()
	claims := `{"sub":"` + canary + `","aud":"a","exp":2000}`
	raw := base64.RawURLEncoding.EncodeToString
	good := compact(t, jose.RS256, rsa2048(), claims)
	encrypter := must(jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.RSA_OAEP, Key: &rsa2048().PublicKey}, nil))
	encrypted := must(must(encrypter.Encrypt([]byte(claims))).CompactSerialize())
	tests := map[string]struct{ text, want string }{
		"empty":           {"", "not a signed JWT"},
		"garbage":         {canary, "not a signed JWT"},
		"three words":     {canary + "." + canary + "." + canary, "not a signed JWT"},
		"two parts":       {strings.Join(strings.Split(good, ".")[:2], "."), "not a signed JWT"},
		"four parts":      {good + ".x", "not a signed JWT"},
		"JWE":             {encrypted, "not a signed JWT"},
		"alg none":        {raw([]byte(`{"alg":"none"}`)) + "." + raw([]byte(claims)) + ".", "not a signed JWT"},
		"HS256":           {compact(t, jose.HS256, []byte(strings.Repeat("k", 32)), claims), "not a signed JWT"},
		"JSON form":       {must(jose.ParseSignedCompact(good, []jose.SignatureAlgorithm{jose.RS256})).FullSerialize(), "not a signed JWT"},
		"payload text":    {compact(t, jose.RS256, rsa2048(), canary), "not a JSON object"},
		"payload string":  {compact(t, jose.RS256, rsa2048(), `"`+canary+`"`), "not a JSON object"},
		"payload array":   {compact(t, jose.RS256, rsa2048(), `["`+canary+`"]`), "not a JSON object"},
		"payload null":    {compact(t, jose.RS256, rsa2048(), `null`), "not a JSON object"},
		"exp far beyond":  {compact(t, jose.RS256, rsa2048(), `{"exp":1e300}`), "not a JSON object"},
		"exp beyond 9999": {compact(t, jose.RS256, rsa2048(), `{"exp":253402300800}`), "not a JSON object"},
		"exp negative":    {compact(t, jose.RS256, rsa2048(), `{"exp":-1}`), "not a JSON object"},
		"exp a string":    {compact(t, jose.RS256, rsa2048(), `{"exp":"`+canary+`"}`), "not a JSON object"},
		"sub a number":    {compact(t, jose.RS256, rsa2048(), `{"sub":7}`), "not a JSON object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := key.ParseAssertion(key.NewSecret(test.text))
			if err == nil {
				t.Fatalf("it is taken: %+v", a)
			}
			if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), canary) {
				t.Errorf("the error is %q", err)
			}
		})
	}
}

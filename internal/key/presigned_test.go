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

// part decodes part n of a JWS in compact form. The header is part 0.
func part(t *testing.T, text string, n int) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[n])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// compact signs payload and returns the JWS in compact form. The key ID in its header is key-9.
func compact(t *testing.T, algorithm jose.SignatureAlgorithm, signingKey any, payload string) string {
	t.Helper()
	jwk := jose.JSONWebKey{Key: signingKey, KeyID: "key-9"}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jwk}, nil)
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
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	never := time.Time{}
	tests := map[string]struct {
		payload  string
		audience []string
		issued   time.Time // zero if "iat" is missing
		expires  time.Time // zero if "exp" is missing
	}{
		"audience is a string":  {`{"sub":"s","aud":"a","iat":1000,"exp":2000}`, []string{"a"}, at(1000), at(2000)},
		"audience is an array":  {`{"sub":"s","aud":["a","b"],"iat":1,"exp":2}`, []string{"a", "b"}, at(1), at(2)},
		"audience is a number":  {`{"sub":"s","aud":7,"iat":1000,"exp":2000}`, nil, at(1000), at(2000)},
		"audience is null":      {`{"sub":"s","aud":null,"iat":1000,"exp":2000}`, nil, at(1000), at(2000)},
		"no audience":           {`{"sub":"s","iat":1000,"exp":2000}`, nil, at(1000), at(2000)},
		"names in mixed case":   {`{"SUB":"s","AUD":"a","Iat":1000,"EXP":2000}`, []string{"a"}, at(1000), at(2000)},
		"no times":              {`{"sub":"s","aud":"a"}`, []string{"a"}, never, never},
		"times are null":        {`{"sub":"s","aud":"a","iat":null,"exp":null}`, []string{"a"}, never, never},
		"fractions are dropped": {`{"sub":"s","aud":"a","iat":1000.9,"exp":2e3}`, []string{"a"}, at(1000), at(2000)},
		"latest time":           {`{"sub":"s","aud":"a","iat":0,"exp":253402300799}`, []string{"a"}, at(0), at(253402300799)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := compact(t, jose.PS256, rsa2048(), test.payload)
			a, err := key.ParseAssertion(key.NewSecret(text))
			if err != nil {
				t.Fatal(err)
			}
			if a.Text.Reveal() != text || a.Subject != "s" || a.KeyID != "key-9" ||
				!slices.Equal(a.Audience, test.audience) {
				t.Errorf("got subject %q, key %q, audience %q; want s, key-9, %q",
					a.Subject, a.KeyID, a.Audience, test.audience)
			}
			if !a.IssuedAt.Equal(test.issued) || !a.ExpiresAt.Equal(test.expires) {
				t.Errorf("got %v to %v, want %v to %v", a.IssuedAt, a.ExpiresAt, test.issued, test.expires)
			}
		})
	}
}

func TestParseSignedAssertion(t *testing.T) {
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
		t.Errorf("got %+v, want %+v", a, signed)
	}
}

func TestParseAssertionFaults(t *testing.T) {
	t.Parallel()
	claims := `{"sub":"` + canary + `","aud":"a","exp":2000}`
	raw := base64.RawURLEncoding.EncodeToString
	good := compact(t, jose.RS256, rsa2048(), claims)
	recipient := jose.Recipient{Algorithm: jose.RSA_OAEP, Key: &rsa2048().PublicKey}
	encrypter := must(jose.NewEncrypter(jose.A256GCM, recipient, nil))
	encrypted := must(must(encrypter.Encrypt([]byte(claims))).CompactSerialize())
	full := must(jose.ParseSignedCompact(good, []jose.SignatureAlgorithm{jose.RS256})).FullSerialize()
	withPayload := func(payload string) string { return compact(t, jose.RS256, rsa2048(), payload) }
	invalid := func(reason string) string { return `assertion-claim-invalid reason=(` + reason + `)` }
	withoutSignature := good[:strings.LastIndex(good, ".")+1]
	tests := map[string]struct{ text, want string }{
		"empty signature":             {withoutSignature, `assertion-without-signature`},
		"signature is a line break":   {withoutSignature + "\r\n", `assertion-without-signature`},
		"empty signature, no payload": {raw([]byte(`{"alg":"RS256"}`)) + "..", `assertion-without-signature`},
		"empty signature, EdDSA":      {raw([]byte(`{"alg":"EdDSA"}`)) + ".e30.", `assertion-without-signature`},
		"empty header":                {"." + strings.SplitN(good, ".", 2)[1], `assertion-not-jwt`},
		"empty":                       {"", `assertion-not-jwt`},
		"garbage":                     {canary, `assertion-not-jwt`},
		"three parts of text":         {canary + "." + canary + "." + canary, `assertion-not-jwt`},
		"two parts":                   {strings.Join(strings.Split(good, ".")[:2], "."), `assertion-not-jwt`},
		"four parts":                  {good + ".x", `assertion-not-jwt`},
		"JWE":                         {encrypted, `assertion-not-jwt`},
		"alg none":                    {raw([]byte(`{"alg":"none"}`)) + "." + raw([]byte(claims)) + ".", `assertion-not-jwt`},
		"HS256":                       {compact(t, jose.HS256, []byte(strings.Repeat("k", 32)), claims), `assertion-not-jwt`},
		"JSON form":                   {full, `assertion-not-jwt`},
		"text payload":                {withPayload(canary), `assertion-payload-invalid`},
		"string payload":              {withPayload(`"` + canary + `"`), `assertion-payload-invalid`},
		"array payload":               {withPayload(`["` + canary + `"]`), `assertion-payload-invalid`},
		"null payload":                {withPayload(`null`), `assertion-payload-invalid`},
		"exp out of range": {
			withPayload(`{"exp":1e300}`), invalid(`member-not-time member="exp"`),
		},
		"exp exceeds float64": {
			withPayload(`{"exp":1e400}`), invalid(`member-out-of-range member="exp"`),
		},
		"exp after 9999": {
			withPayload(`{"exp":253402300800}`), invalid(`member-not-time member="exp"`),
		},
		"exp is negative": {
			withPayload(`{"exp":-1}`), invalid(`member-not-time member="exp"`),
		},
		"exp is a string": {
			withPayload(`{"exp":"` + canary + `"}`),
			invalid(`member-type expected="a number" found="a string" member="exp"`),
		},
		"iat is a string": {
			withPayload(`{"iat":"` + canary + `"}`),
			invalid(`member-type expected="a number" found="a string" member="iat"`),
		},
		"sub is a number": {
			withPayload(`{"sub":7}`),
			invalid(`member-type expected="a string" found="a number" member="sub"`),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := key.ParseAssertion(key.NewSecret(test.text))
			if err == nil {
				t.Fatalf("got %+v, want an error", a)
			}
			if asFault(err) == nil || err.Error() != test.want || a != nil {
				t.Errorf("got %+v, error %q; want only the error %q", a, err, test.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error contains part of the assertion: %q", err)
			}
		})
	}
}

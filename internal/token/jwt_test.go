package token_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// rs256Header is the header of a JWT with the algorithm RS256, in base64url.
var rs256Header = encode(`{"alg":"RS256"}`)

func TestIsJWT(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want bool
	}{
		"JWT":                      {rs256Header + ".e30.AA", true},
		"JWT with invalid payload": {rs256Header + ".!.!", true},
		"empty":                    {"", false},
		"opaque":                   {"abcdefghij", false},
		"two parts":                {rs256Header + ".e30", false},
		"four parts":               {rs256Header + ".e30.AA.AA", false},
		"JWE":                      {encode(`{"alg":"A256GCMKW","enc":"A256GCM"}`) + ".a.b.c.d", false},
		"header not base64":        {"!.e30.AA", false},
		"header not JSON":          {encode("a") + ".e30.AA", false},
		"no algorithm":             {encode(`{"typ":"JWT"}`) + ".e30.AA", false},
	}
	for name, test := range tests {
		if got := token.IsJWT(test.text); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}

func TestDecodeJWT(t *testing.T) {
	t.Parallel()
	header, claims, err := token.DecodeJWT(encode(` {"alg":"RS256"}`) + "." + encode(`{"sub":"1"} `) + ".AA")
	if err != nil || string(header) != ` {"alg":"RS256"}` || string(claims) != `{"sub":"1"} ` {
		t.Errorf("got header %q, claims %q, error %v; want the decoded parts", header, claims, err)
	}
	notBase64 := func(part string) string { return `jwt-base64 part="` + part + `"` }
	tests := map[string]struct{ text, want string }{
		"empty":       {"", "jwt-opaque"},
		"opaque":      {canary, "jwt-opaque"},
		"JWE":         {encode(`{"alg":"A256GCMKW"}`) + ".a.b.c." + canary, "jwt-encrypted"},
		"two parts":   {canary + "." + canary, "jwt-parts parts=2"},
		"four parts":  {"a.b.c.d", "jwt-parts parts=4"},
		"six parts":   {"a.b.c.d.e.f", "jwt-parts parts=6"},
		"10,000 dots": {strings.Repeat(".", 10_000), "jwt-parts parts=10001"},
		"1 MiB and one byte": {
			rs256Header + ".e30." + strings.Repeat("A", 1<<20-len(rs256Header)-4),
			"jwt-too-large",
		},
		"header not base64":              {canary + "!.e30.AA", notBase64("header")},
		"header with padding":            {rs256Header + "=.e30.AA", notBase64("header")},
		"header with line break":         {rs256Header + "\n.e30.AA", notBase64("header")},
		"payload not base64":             {rs256Header + ".!.AA", notBase64("payload")},
		"payload with trailing bits":     {rs256Header + ".e31.AA", notBase64("payload")},
		"payload with padding":           {rs256Header + ".e30=.AA", notBase64("payload")},
		"payload with line break":        {rs256Header + ".e\n30.AA", notBase64("payload")},
		"signature with line break":      {rs256Header + ".e30.A\nA", notBase64("signature")},
		"signature with carriage return": {rs256Header + ".e30.AA\r", notBase64("signature")},
		"empty header":                   {".e30.AA", "jwt-header reason=(json-invalid)"},
		"header is an array":             {encode(`["`+canary+`"]`) + ".e30.AA", "jwt-header reason=(json-not-object)"},
		"empty payload":                  {rs256Header + "..AA", "jwt-payload reason=(json-invalid)"},
		"payload not JSON":               {rs256Header + "." + encode(canary) + ".AA", "jwt-payload reason=(json-invalid)"},
		"payload is a string": {
			rs256Header + "." + encode(`"`+canary+`"`) + ".AA",
			"jwt-payload reason=(json-not-object)",
		},
		"payload not UTF-8": {
			rs256Header + "." + encode("{\"a\":\"\xff\"}") + ".AA",
			"jwt-payload reason=(json-not-utf8)",
		},
		"repeated claim": {
			unsigned(`{"alg":"RS256"}`, `{"sub":"a","sub":"b"}`),
			`jwt-payload reason=(member-duplicate member="sub")`,
		},
		"claim in a different letter case": {
			unsigned(`{"alg":"RS256"}`, `{"SUB":"b"}`),
			`jwt-payload reason=(member-confusable member="SUB" other="sub")`,
		},
		"repeated header member": {
			unsigned(`{"alg":"RS256","alg":"none"}`, `{}`),
			`jwt-header reason=(member-duplicate member="alg")`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header, claims, err := token.DecodeJWT(test.text)
			if got := oneLine(err); got != test.want || header != nil || claims != nil {
				t.Errorf("got header %q, claims %q, error %s; want only the error %s", header, claims, got, test.want)
			}
			checkDecodeError(t, nil, err)
		})
	}
}

// TestDecodeJWTHeaderNames checks that a name that differs from a header parameter only in
// letter case is rejected in the header, but accepted in the claims.
func TestDecodeJWTHeaderNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alg", "typ", "kid", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t"} {
		other := strings.ToUpper(name)
		_, _, err := token.DecodeJWT(unsigned(`{"alg":"RS256","`+other+`":"a"}`, `{}`))
		want := fmt.Sprintf(`jwt-header reason=(member-confusable member=%q other=%q)`, other, name)
		if oneLine(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if _, _, err := token.DecodeJWT(unsigned(`{"alg":"RS256"}`, `{"`+other+`":"a"}`)); err != nil {
			t.Errorf("claim %s: got %v, want no error", other, err)
		}
	}
}

// TestDecodeJWTMaximumSize checks that a JWT of exactly 1 MiB is decoded.
func TestDecodeJWTMaximumSize(t *testing.T) {
	t.Parallel()
	text := rs256Header + ".e30."
	if _, _, err := token.DecodeJWT(text + strings.Repeat("A", 1<<20-len(text))); err != nil {
		t.Errorf("got %v, want no error", err)
	}
}

func TestCheckSigned(t *testing.T) {
	t.Parallel()
	const withoutAlgorithm, withoutSignature = "jwt-without-algorithm", "jwt-without-signature"
	tests := map[string]struct{ header, signature, want string }{
		"signed":                       {`{"alg":"RS256"}`, "AA", ""},
		"unknown algorithm":            {`{"alg":"a"}`, "AA", ""},
		"no algorithm":                 {`{"typ":"JWT"}`, "AA", withoutAlgorithm},
		"empty algorithm":              {`{"alg":""}`, "AA", withoutAlgorithm},
		"null algorithm":               {`{"alg":null}`, "AA", withoutAlgorithm},
		"algorithm is a number":        {`{"alg":7}`, "AA", withoutAlgorithm},
		"none":                         {`{"alg":"none"}`, "AA", withoutAlgorithm},
		"nOnE":                         {`{"alg":"nOnE"}`, "AA", withoutAlgorithm},
		"none, no signature":           {`{"alg":"none"}`, "", withoutAlgorithm},
		"no signature":                 {`{"alg":"RS256"}`, "", withoutSignature},
		"signature not base64":         {`{"alg":"RS256"}`, "!", withoutSignature},
		"signature with trailing bits": {`{"alg":"RS256"}`, "AB", withoutSignature},
		"signature of one character":   {`{"alg":"RS256"}`, "A", withoutSignature},
		"signature with padding":       {`{"alg":"RS256"}`, "AA==", withoutSignature},
	}
	for name, test := range tests {
		text := encode(test.header) + ".e30." + test.signature
		header, _, err := token.DecodeJWT(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := oneLine(token.CheckSigned(text, header)); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// FuzzDecodeJWT decodes arbitrary text. It checks that go-jose reads the same header and
// claims from any text that DecodeJWT accepts.
func FuzzDecodeJWT(f *testing.F) {
	for _, jwt := range recordedJWTs(f) {
		f.Add(unsigned(jwt.header, jwt.claims))
	}
	f.Add(sign(jose.EdDSA, `{"sub":"1"}`))
	f.Add(encode(`{"alg":"A256GCMKW","enc":"A256GCM"}`) + ".a.b.c.d")
	for _, header := range []string{
		`{"alg":"none"}`, `{"alg":"NONE"}`, `{}`, `{"alg":7}`, `{"alg":"RS256","ALG":"none"}`,
		`{"alg":"RS256","alg":"none"}`, `{"alg":"HS256"}`, `{"alg":"ES256","b64":false,"crit":["b64"]}`,
		`{"alg":"RS256","jwk":{"kty":"oct","k":"AA"}}`, `{"alg":"RS256","kid":7}`, `{"alg":"RS256","x5c":["AA"]}`,
		`{"alg":"RS256","SUB":"1"}`,
	} {
		f.Add(encode(header) + "." + encode(`{"sub":"1"}`) + ".AA")
	}
	for _, text := range []string{
		"", ".", "..", "...", rs256Header + ".e30.AB", rs256Header + ".e31.AA", rs256Header + ".e30=.AA",
		rs256Header + ".e30.A\nA", rs256Header + ".e\n30.AA", rs256Header + ".e30.", rs256Header + ".e30.A",
		" " + rs256Header + ".e30.AA",
	} {
		f.Add(text)
	}
	long := regexp.MustCompile(`[A-Za-z0-9_=-]{25,}`)
	f.Fuzz(func(t *testing.T, text string) {
		header, claims, err := token.DecodeJWT(text)
		if err != nil {
			if checkShowable(t, err.Error()); len(err.Error()) > 1000 || header != nil || claims != nil {
				t.Errorf("got header %s, claims %s, error %v; want only a short error", header, claims, err)
			}
			// The error must quote nothing from the token except the name of a member.
			if message, name, _ := strings.Cut(err.Error(), `member="`); long.MatchString(message) {
				t.Errorf("got %q before the name %q in the error, want no text from the token", message, name)
			}
			return
		}
		parts := strings.Split(text, ".")
		if len(parts) != 3 || encode(string(header)) != parts[0] || encode(string(claims)) != parts[1] {
			t.Fatalf("got header %s and claims %s, want the decoded parts of %q", header, claims, text)
		}
		names := []string{"alg", "typ", "kid", "cty", "crit", "jku", "jwk", "x5u", "x5c", "x5t", "b64"}
		members, isUnambiguous := acctest.ReadObject(header, names, nil)
		if _, isAlsoUnambiguous := readClaims(claims); !isUnambiguous || !isAlsoUnambiguous {
			t.Errorf("accepted an ambiguous object: header %s, claims %s", header, claims)
		}
		algorithm := jose.SignatureAlgorithm(textOf(members, "alg"))
		isNone := algorithm == "" || strings.EqualFold(string(algorithm), "none")
		jws, parseErr := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{algorithm})
		if err := token.CheckSigned(text, header); err != nil {
			checkShowable(t, err.Error())
			if parseErr == nil && !isNone && len(jws.Signatures[0].Signature) > 0 && isStrict(parts[2]) {
				t.Errorf("CheckSigned rejects a signed JWT: %v", err)
			}
			return
		}
		if !isStrict(parts[2]) || parts[2] == "" || isNone {
			t.Error("CheckSigned accepts a JWT that is not signed")
		}
		if parseErr != nil {
			// go-jose has additional requirements for headers, which ZITADEL's headers meet.
			if isPlain(members) {
				t.Errorf("go-jose rejects the JWT: %v", parseErr)
			}
			return
		}
		got := jws.Signatures[0].Header
		if string(jws.UnsafePayloadWithoutVerification()) != string(claims) ||
			got.Algorithm != string(algorithm) || got.KeyID != textOf(members, "kid") {
			t.Errorf("go-jose reads payload %s and header %+v, want claims %s and header %s",
				jws.UnsafePayloadWithoutVerification(), got, claims, header)
		}
	})
}

// isStrict reports whether a part of a JWT is base64url without line breaks, in which all
// unused bits are zero.
func isStrict(part string) bool {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && encode(string(decoded)) == part
}

// isPlain reports whether a header contains only alg, kid and typ, the members that ZITADEL
// uses, and all of them are strings.
func isPlain(header map[string]json.RawMessage) bool {
	for name, raw := range header {
		var text *string
		if !slices.Contains([]string{"alg", "kid", "typ"}, name) || json.Unmarshal(raw, &text) != nil || text == nil {
			return false
		}
	}
	return true
}

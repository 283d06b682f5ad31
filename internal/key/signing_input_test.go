package key_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// signingInput returns a signing input for the service account user-1.
func signingInput(t *testing.T) string {
	t.Helper()
	text, err := key.SigningInput("user-1", "key-1", "https://z.example", time.Unix(1800000005, 9), 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rs256 signs text with rsa2048 and returns the RS256 signature.
func rs256(t *testing.T, text string) []byte {
	t.Helper()
	hash := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, rsa2048(), crypto.SHA256, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// TestSigningInput checks that the signing input depends only on the arguments, and contains no "jti".
func TestSigningInput(t *testing.T) {
	t.Parallel()
	encode := base64.RawURLEncoding.EncodeToString
	want := encode([]byte(`{"alg":"RS256","kid":"key-1","typ":"JWT"}`)) + "." + encode([]byte(
		`{"iss":"user-1","sub":"user-1","aud":"https://z.example","iat":1800000000,"exp":1800000600}`,
	))
	text := signingInput(t)
	if text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	if err := key.CheckSigningInput(text); err != nil {
		t.Error(err)
	}
}

// TestSigningInputEqualsSigned checks that the header and the claims are the same as in an assertion
// that [key.Key.Sign] signs, except for "jti".
func TestSigningInputEqualsSigned(t *testing.T) {
	t.Parallel()
	k := parsed(t, serviceAccount())
	now := time.Unix(1800000005, 9)
	signed, err := k.Sign([]string{"https://z.example"}, now, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	wantHeader, wantClaims := parts(t, signed.Text.Reveal())
	header, claims := parts(t, signingInput(t)+".c2lnbmF0dXJl")
	delete(wantClaims, "jti")
	for name, got := range map[string][2]map[string]any{"header": {header, wantHeader}, "claims": {claims, wantClaims}} {
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("%s: got %v, want %v", name, got[0], got[1])
		}
	}
}

func TestInvalidSigningInput(t *testing.T) {
	t.Parallel()
	text := signingInput(t)
	hash := sha256.Sum256([]byte(text))
	hexHash := hex.EncodeToString(hash[:])
	encode := base64.RawURLEncoding.EncodeToString
	const header = `{"alg":"RS256"}`
	invalid, isHash := fault.New("signing-input-invalid"), fault.New("signing-input-is-hash")
	const start, lineBreak = "eyJ", "line break (U+000A)"
	protected, payload, _ := strings.Cut(text, ".")
	whitespace := func(character string, steps ...string) *fault.Fault {
		return fault.New("value-whitespace", "character", character, "steps", steps)
	}
	quoted := func(steps ...string) *fault.Fault { return fault.New("value-quoted", "steps", steps) }
	for name, test := range map[string]struct {
		text string
		want *fault.Fault
	}{
		"empty":                      {"", invalid},
		"hash, hexadecimal":          {hexHash, isHash},
		"hash, base64":               {base64.StdEncoding.EncodeToString(hash[:]), isHash},
		"hash, base64 of its digits": {base64.StdEncoding.EncodeToString([]byte(hexHash)), isHash},
		"base64":                     {base64.StdEncoding.EncodeToString([]byte(text)), fault.New("signing-input-encoded")},
		"base64url":                  {encode([]byte(text)), fault.New("signing-input-encoded")},
		"signed":                     {text + ".c2ln", fault.New("signing-input-signed")},
		"trailing line break":        {text + "\n", whitespace(lineBreak, "trim-space")},
		"trailing CRLF":              {text + "\r\n", whitespace(lineBreak, "trim-space")},
		"trailing CR":                {text + "\r", whitespace("line break (U+000D)", "trim-space")},
		"leading line break":         {"\n" + text, whitespace(lineBreak, "trim-space")},
		"line break before the dot":  {protected + "\n." + payload, whitespace(lineBreak, "compact")},
		"line break in the header":   {start + "\n" + text[3:], whitespace(lineBreak, "compact")},
		"line break in the payload": {
			protected + "." + payload[:3] + "\r\n" + payload[3:], whitespace("line break (U+000D)", "compact"),
		},
		"two lines":                   {text[:64] + "\n" + text[64:] + "\n", whitespace(lineBreak, "trim-space", "compact")},
		"space inside":                {start + " " + text[3:], whitespace("space (U+0020)", "compact")},
		"trailing space":              {text + " ", whitespace("space (U+0020)", "trim-space")},
		"trailing tab":                {text + "\t", whitespace("tab (U+0009)", "trim-space")},
		"no-break space inside":       {start + "\u00a0" + text[3:], whitespace("no-break space (U+00A0)")},
		"zero-width space inside":     {start + "\u200b" + text[3:], whitespace("zero-width space (U+200B)")},
		"byte order mark":             {"\ufeff" + text + "\n", whitespace("byte order mark (U+FEFF)", "bom", "trim-space")},
		"quoted":                      {`"` + text + `"`, quoted("json")},
		"quoted, trailing line break": {`"` + text + "\"\n", quoted("json")},
		"single-quoted":               {"'" + text + "'\n", quoted("trim-space", "trim:'")},
		"smart quotes":                {"\u201c" + text + "\u201d", quoted()},
		"hash, trailing line break":   {hexHash + "\n", isHash},
		"quoted base64":               {`"` + encode([]byte(text)) + `"`, fault.New("signing-input-encoded")},
		"placeholder":                 {"${signing_input}", fault.New("value-placeholder")},
		"header not canonical":        {encode([]byte(`{"alg":"RS256" }`))[:21] + "R." + payload, invalid},
		"one part":                    {"e30", invalid},
		"header is not base64":        {"e*0.e30", invalid},
		"payload with padding":        {encode([]byte(header)) + ".e30=", invalid},
		"header is not JSON":          {"e3.e30", invalid},
		"payload is null":             {encode([]byte(header)) + "." + encode([]byte("null")), invalid},
		"duplicate claim":             {encode([]byte(header)) + "." + encode([]byte(`{"a":1,"a":2}`)), invalid},
		"no algorithm":                {"e30.e30", fault.New("signing-input-algorithm", "found", "")},
		"unsupported algorithm": {
			encode([]byte(`{"alg":"ES256"}`)) + ".e30", fault.New("signing-input-algorithm", "found", "ES256"),
		},
	} {
		if err := key.CheckSigningInput(test.text); err == nil || err.Error() != test.want.Error() {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
	}
}

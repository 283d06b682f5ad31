package key_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// unsigned returns a JWS in compact form whose signature is invalid.
func unsigned(header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(payload)) + "." + encode([]byte("signature"))
}

// recordedAssertions returns the assertions in the recorded requests to a real ZITADEL server. The
// recordings contain no signatures, so each assertion gets an invalid one.
func recordedAssertions(f *testing.F) (texts []string) {
	f.Helper()
	recordings, err := os.ReadFile("../optest/testdata/recordings.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(recordings) {
		var recorded struct {
			Request struct {
				Form []struct {
					JWT struct{ Header, Claims json.RawMessage } `json:"jwt"`
				} `json:"form"`
			} `json:"request"`
		}
		if err := json.Unmarshal(line, &recorded); err != nil {
			f.Fatal(err)
		}
		for _, parameter := range recorded.Request.Form {
			if parameter.JWT.Header != nil {
				texts = append(texts, unsigned(string(parameter.JWT.Header), string(parameter.JWT.Claims)))
			}
		}
	}
	if len(texts) < 100 {
		f.Fatalf("got %d recorded assertions, want at least 100", len(texts))
	}
	return texts
}

// FuzzParseAssertion checks that the fields match the header and the claims, that RFC 3339 can express
// the times, and that an error is short and contains no part of the text.
func FuzzParseAssertion(f *testing.F) {
	for _, text := range recordedAssertions(f) {
		f.Add(text)
	}
	const header = `{"alg":"RS256","kid":"1"}`
	for _, payload := range []string{
		`{"exp":253402300799.9,"iat":0,"aud":["a",""],"sub":"b"}`, `{"exp":253402300800}`, `{"exp":-1e-9}`,
		`{"exp":1e400}`, `{"exp":null,"aud":null}`, `{"SUB":"a","sub":"b","ſub":"c"}`, `null`, `[]`, ``,
		`{"aud":{"a":1}}`, `{"exp":"a-text-in-place-of-a-time","sub":["a"]}`,
	} {
		f.Add(unsigned(header, payload))
	}
	f.Add(unsigned(`{"alg":"none"}`, `{}`))
	f.Add(unsigned(`{"alg":"HS256"}`, `{}`))
	f.Add(unsigned(`{"alg":"ES256","b64":false,"crit":["b64"]}`, `{}`))
	f.Add(unsigned(header, `{}`) + "\n")
	f.Add("eyJhbGciOiJSUzI1NiJ9..")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := key.ParseAssertion(key.NewSecret(text))
		if err != nil {
			if len(err.Error()) > 200 {
				t.Errorf("got an error of %d bytes, want at most 200: %q", len(err.Error()), err)
			}
			checkValues(t, err, "")
			return
		}
		header, claims := parts(t, text)
		if a.Text.Reveal() != text || len(text) > 20 && strings.Contains(fmt.Sprintf("%+v", a), text) {
			t.Error("the assertion does not contain the text, or its fields reveal the text when printed")
		}
		if kid, _ := header["kid"].(string); a.KeyID != kid {
			t.Errorf("got key %q, want %q", a.KeyID, kid)
		}
		// encoding/json ignores the letter case of member names, as ZITADEL does.
		if sub, _ := claims["sub"].(string); hasNoVariant("sub", claims) && a.Subject != sub {
			t.Errorf("got subject %q, want %q", a.Subject, sub)
		}
		checkTime(t, "iat", claims, a.IssuedAt)
		checkTime(t, "exp", claims, a.ExpiresAt)
	})
}

// parts decodes the header and the claims of a JWS in compact form. It ignores line breaks, as go-jose
// does. It fails the test if text is not a JWS in compact form.
func parts(t *testing.T, text string) (header, claims map[string]any) {
	t.Helper()
	pieces := strings.Split(strings.NewReplacer("\r", "", "\n", "").Replace(text), ".")
	if len(pieces) != 3 {
		t.Fatalf("got %d parts, want the 3 parts of a JWS", len(pieces))
	}
	for i, members := range []*map[string]any{&header, &claims} {
		decoded, err := base64.RawURLEncoding.DecodeString(pieces[i])
		if err != nil {
			t.Fatal(err)
		}
		// Keep numbers as text, because the numbers in other claims can be out of range.
		decoder := json.NewDecoder(bytes.NewReader(decoded))
		decoder.UseNumber()
		if err := decoder.Decode(members); err != nil || *members == nil || decoder.More() {
			t.Fatalf("part %d: got %s, want an object: %v", i, decoded, err)
		}
	}
	return header, claims
}

// hasNoVariant reports whether no claim has a name that differs from name only in letter case.
func hasNoVariant(name string, claims map[string]any) bool {
	for other := range claims {
		if other != name && strings.EqualFold(other, name) {
			return false
		}
	}
	return true
}

// checkTime checks a time against the claim from which it was decoded.
func checkTime(t *testing.T, name string, claims map[string]any, got time.Time) {
	t.Helper()
	checkExpressible(t, got)
	if !hasNoVariant(name, claims) {
		return
	}
	number, exists := claims[name].(json.Number)
	switch seconds, err := number.Float64(); {
	case !exists && !got.IsZero():
		t.Errorf("got %s %s, want none", name, got)
	case exists && (err != nil || got.Unix() != int64(seconds)):
		t.Errorf("got %s %s, want %s", name, got, number)
	}
}

package zitadel_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// recordedTokens are the claims of tokens that a real ZITADEL signed.
func recordedTokens(t testing.TB, add func(header, claims string)) {
	t.Helper()
	recordedTokensOf(t, func(_ bool, header, claims string) { add(header, claims) })
}

// recordedTokensOf is recordedTokens with whether each is an access token.
func recordedTokensOf(t testing.TB, add func(isAccessToken bool, header, claims string)) {
	t.Helper()
	seen := 0
	recorded(t, "/oauth/v2/token", true, func(body []byte) {
		var answer map[string]any
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"access_token", "id_token"} {
			token, _ := answer[name].(string)
			if header, claims, err := oauth.DecodeJWT(token); err == nil {
				seen++
				// An exchange returns a token of any type as access_token.
				add(name == "access_token" && answer["issued_token_type"] != "urn:ietf:params:oauth:token-type:id_token", string(header), string(claims))
			}
		}
	})
	if seen == 0 {
		t.Fatal("no recorded JWT")
	}
}

// FuzzClaimGuard gives objects to the guard of claims by way of a JWT: it takes
// exactly those of which there are no two ways to read them.
func FuzzClaimGuard(f *testing.F) {
	recordedTokens(f, func(_, claims string) { f.Add([]byte(claims)) })
	seedClaims(func(claims string) { f.Add([]byte("{" + claims + "}")) })
	for _, text := range []string{``, ` {} `, `{}{}`, `{}}`, `[{}]`, `null`, `"{}"`, `{"a":01}`, `{"a":1 "b":2}`, `{"a"}`, `{,}`, `{"":1,"":2}`, `{"\u0073ub":1,"sub":2}`, "{\"to\u212aen_type\":1}", "{\"\xff\":1}", `[]`, `{"a":[{"b":{}},{"b":[]}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, claims, err := oauth.DecodeJWT(encoded(`{"alg":"RS256"}`) + "." + base64.RawURLEncoding.EncodeToString(data) + ".")
		if err != nil {
			showable(t, err.Error())
		}
		if _, want := unambiguous(data); want != (err == nil) || err == nil && string(claims) != string(data) {
			t.Errorf("taken as %q, %v; want %t", claims, err, want)
		}
	})
}

// FuzzDecodeJWT takes anything for a JWT: what is taken apart is what others
// see in it.
func FuzzDecodeJWT(f *testing.F) {
	recordedTokens(f, func(header, claims string) { f.Add(encoded(header) + "." + encoded(claims) + ".c2lnbmF0dXJl") })
	f.Add(fuzzSigned(jose.EdDSA, []byte(`{"sub":"1"}`)))
	f.Add(encoded(`{"alg":"A256GCMKW","enc":"A256GCM"}`) + ".a.b.c.d")
	for _, header := range []string{
		`{"alg":"none"}`, `{"alg":"NONE"}`, `{}`, `{"alg":7}`, `{"alg":"RS256","ALG":"none"}`, `{"alg":"RS256","alg":"none"}`, `{"alg":"HS256"}`, `{"alg":"ES256","b64":false,"crit":["b64"]}`,
		`{"alg":"RS256","jwk":{"kty":"oct","k":"AA"}}`, `{"alg":"RS256","kid":7}`, `{"alg":"RS256","x5c":["AA"]}`,
	} {
		f.Add(encoded(header) + "." + encoded(`{"sub":"1"}`) + ".AA")
	}
	good := encoded(`{"alg":"RS256"}`)
	for _, text := range []string{"", ".", "..", "...", good + ".e30.AB", good + ".e31.AA", good + ".e30=.AA", good + ".e30.A\nA", good + ".e\n30.AA", good + ".e30.", good + ".e30.A", " " + good + ".e30.AA"} {
		f.Add(text)
	}
	long := regexp.MustCompile(`[A-Za-z0-9_=-]{25,}`) // zitadel_token_verification has 26 and is not named
	f.Fuzz(func(t *testing.T, text string) {
		header, claims, err := oauth.DecodeJWT(text)
		if err != nil {
			if showable(t, err.Error()); len(err.Error()) > 500 || header != nil || claims != nil {
				t.Errorf("%v", err)
			}
			// Only the name of a member may be quoted.
			if message, name, _ := strings.Cut(err.Error(), `member "`); long.MatchString(message) {
				t.Errorf("%q before %q", message, name)
			}
			return
		}
		parts := strings.Split(text, ".")
		if len(parts) != 3 || encoded(string(header)) != parts[0] || encoded(string(claims)) != parts[1] {
			t.Fatalf("%s and %s of %q", header, claims, text)
		}
		members, ok := unambiguous(header, "alg", "typ", "kid", "cty", "crit", "jku", "jwk", "x5u", "x5c", "x5t", "b64")
		if _, alsoOK := unambiguous(claims); !ok || !alsoOK {
			t.Errorf("%s and %s are taken", header, claims)
		}
		algorithm := jose.SignatureAlgorithm(textOf(members, "alg"))
		signed, parseErr := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{algorithm})
		if err := oauth.Signed(text, header); err != nil {
			showable(t, err.Error())
			if parseErr == nil && algorithm != "" && !strings.EqualFold(string(algorithm), "none") && len(signed.Signatures[0].Signature) > 0 && strictly(parts[2]) {
				t.Errorf("it is signed: %v", err)
			}
			return
		}
		if !strictly(parts[2]) || parts[2] == "" || algorithm == "" || strings.EqualFold(string(algorithm), "none") {
			t.Error("it is not signed")
		}
		if parseErr != nil {
			// go-jose asks more of a header, but nothing of one as ZITADEL writes it.
			if plain(members) {
				t.Errorf("go-jose refuses it: %v", parseErr)
			}
			return
		}
		if got := signed.UnsafePayloadWithoutVerification(); string(got) != string(claims) || signed.Signatures[0].Header.Algorithm != string(algorithm) || signed.Signatures[0].Header.KeyID != textOf(members, "kid") {
			t.Errorf("go-jose sees %s", got)
		}
	})
}

// strictly reports whether a part is base64url in the one way to write it.
func strictly(part string) bool {
	decoded, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && encoded(string(decoded)) == part
}

// plain reports whether a header has alg, kid and typ as strings, and no others.
func plain(header map[string]json.RawMessage) bool {
	for name, raw := range header {
		var text *string
		if !slices.Contains([]string{"alg", "kid", "typ"}, name) || json.Unmarshal(raw, &text) != nil || text == nil {
			return false
		}
	}
	return true
}

// FuzzVerify looks for a forgery: of all that the fuzzer makes out of signed
// tokens, only what was signed is believed.
func FuzzVerify(f *testing.F) {
	payload := []byte(fmt.Sprintf(`{"iss":"%s","sub":"1","aud":["2"],"jti":"3","exp":%d,"iat":%[3]d,"nbf":%[3]d}`, fuzzIssuer, fuzzTime.Unix()+60, fuzzTime.Unix()-60))
	var signed []string // header and payload of what was signed
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA} {
		token := fuzzSigned(algorithm, payload)
		f.Add(token)
		at := strings.LastIndex(token, ".")
		signed = append(signed, token[:at])
		// The signature under other headers, of which one names another key.
		for _, header := range []string{`{"alg":"none"}`, `{"alg":"HS256","kid":"rsa"}`, `{"alg":"ES256","kid":"rsa"}`, `{"alg":"EdDSA","kid":"ec"}`, `{"alg":"RS256","kid":"rsa","crit":["b64"],"b64":false}`, `{"alg":"RS256","kid":"other"}`} {
			f.Add(encoded(header) + "." + strings.SplitN(token, ".", 2)[1])
		}
		f.Add(token[:at] + ".")
		f.Add(token[:at-4] + token[at:])
	}
	recordedTokens(f, func(header, claims string) { f.Add(encoded(header) + "." + encoded(claims) + ".c2lnbmF0dXJl") })
	f.Fuzz(func(t *testing.T, token string) {
		v, err := replying(t, "", reply{}).Verify(t.Context(), key.NewSecret(token), oauth.Policy{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, failure := range v.Failures {
			showable(t, failure.Detail)
		}
		if v.Claims == nil {
			if len(v.Failures) != 1 {
				t.Errorf("%d failures", len(v.Failures))
			}
			return
		}
		at := strings.LastIndex(token, ".")
		if len(v.Failures) > 0 || !slices.Contains(signed, token[:at]) || v.Claims.JSON != string(payload) || encoded(v.Header) != token[:strings.Index(token, ".")] {
			t.Errorf("%q is believed: %s, %v", token, v.Claims.JSON, v.Failures)
		}
	})
}

// FuzzSignedClaims signs whatever claims come: the signature is good, and what is
// said of them must be so.
func FuzzSignedClaims(f *testing.F) {
	recordedTokens(f, func(_, claims string) {
		f.Add([]byte(strings.ReplaceAll(claims, "http://localhost:18080", fuzzIssuer)))
	})
	seedClaims(func(claims string) { f.Add([]byte(`{"iss":"https://z.example","exp":1795310160,` + claims + `}`)) })
	for _, claims := range []string{`{}`, `null`, `{"iss":"https://z.example","exp":1795310100.9,"nonce":"","iat":1795310101}`, `{"iss":"https://z.example","jti":"1","exp":1795310101,"nbf":1795310102,"azp":null}`, `{"jti":"1","nbf":1795310103}`, `{"jti":null,"events":{}}`, `{"iss":"1","sub":"\u0031","jti":"1"}`, `{"jti":"1","act":{}}`, `{"jti":"1","act":{"sub":"1","Sub":"2"}}`} {
		f.Add([]byte(claims))
	}
	f.Fuzz(func(t *testing.T, claims []byte) {
		v, err := replying(t, "", reply{}).Verify(t.Context(), key.NewSecret(fuzzSigned(jose.EdDSA, claims)), oauth.Policy{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, failure := range v.Failures {
			found[failure.Code] = true
			showable(t, failure.Detail)
		}
		members, ok := unambiguous(claims)
		if v.Claims == nil {
			// A claim of the wrong type is not looked for here.
			if len(v.Failures) != 1 || !found[oauth.FailureMalformed] {
				t.Errorf("%v", v.Failures)
			}
			return
		}
		if !ok {
			t.Fatalf("%s is taken", claims)
		}
		c := v.Claims
		sameClaims(t, c, claims, members)
		has := func(name string) bool { return members[name] != nil && string(members[name]) != "null" }
		otherKind := slices.ContainsFunc([]string{"azp", "at_hash", "c_hash", "s_hash", "nonce", "events"}, has) || !has("jti") || has("iss") && c.Issuer == c.Subject
		later := func(at time.Time) bool { return at.Unix() > fuzzTime.Unix()+2 && !at.IsZero() }
		for code, want := range map[string]bool{
			oauth.FailureMalformed: c.ExpiresAt.IsZero(), oauth.FailureWrongIssuer: c.Issuer != fuzzIssuer, oauth.FailureNotAccessToken: otherKind,
			oauth.FailureExpired: !c.ExpiresAt.IsZero() && c.ExpiresAt.Unix() <= fuzzTime.Unix(), oauth.FailureNotYetValid: later(c.NotBefore) || later(c.IssuedAt),
		} {
			if found[code] != want {
				t.Errorf("%s: %t, want %t: %s", code, found[code], want, claims)
			}
		}
	})
}

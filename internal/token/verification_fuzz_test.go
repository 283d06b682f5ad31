package token_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// FuzzVerify searches for forgeries. It checks that a token is accepted only if its header
// and payload were signed.
func FuzzVerify(f *testing.F) {
	payload := fmt.Sprintf(`{"iss":"%s","sub":"1","aud":["2"],"jti":"3","exp":%d,"iat":%[3]d,"nbf":%[3]d}`,
		issuerURL, now.Unix()+60, now.Unix()-60)
	var signed []string // header and payload of each signed token
	for _, algorithm := range []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA} {
		text := sign(algorithm, payload)
		f.Add(text)
		at := strings.LastIndex(text, ".")
		signed = append(signed, text[:at])
		// Combine the payload and the signature with other headers. The last header names a
		// key that is not in the set.
		for _, header := range []string{
			`{"alg":"none"}`, `{"alg":"HS256","kid":"rsa"}`, `{"alg":"ES256","kid":"rsa"}`,
			`{"alg":"EdDSA","kid":"ec"}`, `{"alg":"RS256","kid":"rsa","crit":["b64"],"b64":false}`,
			`{"alg":"RS256","kid":"other"}`,
		} {
			f.Add(encode(header) + "." + strings.SplitN(text, ".", 2)[1])
		}
		f.Add(text[:at] + ".")
		f.Add(text[:at-4] + text[at:])
	}
	for _, jwt := range recordedJWTs(f) {
		f.Add(unsigned(jwt.header, jwt.claims))
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := verify(text, token.Policy{}, 0)
		for _, failure := range v.Failures {
			checkShowable(t, failure.Reason.Error())
		}
		if v.Claims == nil {
			if len(v.Failures) != 1 {
				t.Errorf("got failures %q, want one", describe(v.Failures))
			}
			return
		}
		at := strings.LastIndex(text, ".")
		if len(v.Failures) > 0 || !slices.Contains(signed, text[:at]) || v.Claims.JSON != payload ||
			encode(v.Header) != text[:strings.Index(text, ".")] {
			t.Errorf("got claims %s and failures %q for %q, want claims only if the header and the payload were signed",
				v.Claims.JSON, describe(v.Failures), text)
		}
	})
}

// FuzzSignedClaims signs arbitrary claims, and checks the failures against the claims. The
// signature is always valid.
func FuzzSignedClaims(f *testing.F) {
	for _, jwt := range recordedJWTs(f) {
		f.Add([]byte(strings.ReplaceAll(jwt.claims, "http://localhost:18080", issuerURL)))
	}
	for _, claims := range unusualClaims() {
		f.Add([]byte(`{"iss":"https://z.example","exp":1795310160,` + claims + `}`))
	}
	for _, claims := range []string{
		`{}`, `null`, `{"iss":"https://z.example","exp":1795310100.9,"nonce":"","iat":1795310101}`,
		`{"iss":"https://z.example","jti":"1","exp":1795310101,"nbf":1795310102,"azp":null}`,
		`{"jti":"1","nbf":1795310103}`, `{"jti":null,"events":{}}`, `{"iss":"1","sub":"\u0031","jti":"1"}`,
		`{"jti":"1","act":{}}`, `{"jti":"1","act":{"sub":"1","Sub":"2"}}`,
	} {
		f.Add([]byte(claims))
	}
	f.Fuzz(func(t *testing.T, claims []byte) {
		v := verify(sign(jose.EdDSA, string(claims)), token.Policy{}, 0)
		found := map[string]bool{}
		for _, failure := range v.Failures {
			found[failure.Code] = true
			checkShowable(t, failure.Reason.Error())
		}
		members, isUnambiguous := readClaims(claims)
		if v.Claims == nil {
			// This test does not check whether a claim has the wrong type.
			if len(v.Failures) != 1 || !found[token.Malformed] {
				t.Errorf("got failures %q, want one with the code malformed", describe(v.Failures))
			}
			return
		}
		if !isUnambiguous {
			t.Fatalf("accepted the ambiguous claims %s", claims)
		}
		c := v.Claims
		checkClaims(t, c, claims, members)
		has := func(name string) bool { return members[name] != nil && string(members[name]) != "null" }
		claimsOfOtherKinds := []string{"azp", "at_hash", "c_hash", "s_hash", "nonce", "events"}
		isOtherKind := slices.ContainsFunc(claimsOfOtherKinds, has) || !has("jti") ||
			has("iss") && c.Issuer == c.Subject
		isAhead := func(at time.Time) bool { return at.Unix() > now.Unix()+2 && !at.IsZero() }
		for code, want := range map[string]bool{
			token.Malformed: c.ExpiresAt.IsZero(), token.WrongIssuer: c.Issuer != issuerURL,
			token.NotAccessToken: isOtherKind,
			token.Expired:        !c.ExpiresAt.IsZero() && c.ExpiresAt.Unix() <= now.Unix(),
			token.NotYetValid:    isAhead(c.NotBefore) || isAhead(c.IssuedAt),
		} {
			if found[code] != want {
				t.Errorf("got %s: %t, want %t for claims %s", code, found[code], want, claims)
			}
		}
	})
}

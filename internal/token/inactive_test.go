package token_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func TestInactiveHints(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)
	jwt := func(claims string) string { return unsigned(`{"alg":"RS256"}`, claims) }
	const (
		// required is the beginning of a claims object that results in no hint.
		required      = `{"jti":"1","iss":"https://z.example","aud":"app-1"`
		expired       = `inactive-expired expires_at="2030-01-30 10:40:00 +0000 UTC"`
		noEvidence    = "inactive-without-evidence"
		opaque        = `inactive-opaque application="app-1"`
		withoutKind   = "inactive-not-access-token reason=(kind-unknown)"
		otherAudience = `inactive-audience application="app-1" audience=`
	)
	issuer := func(found string) string {
		return `inactive-issuer expected="https://z.example" found="` + found + `"`
	}
	evidence := func(hints ...string) string { return "inactive-evidence reason=(" + strings.Join(hints, "; ") + ")" }
	unreadable := func(reason string) string { return "inactive-unreadable reason=(" + reason + ")" }
	claimsUnreadable := func(reason string) string { return "inactive-claims-unreadable reason=(" + reason + ")" }
	tests := map[string]struct{ text, want string }{
		"expired": {
			jwt(`{"jti":"1","iss":"https://z.example","aud":["app-1"],"exp":1896000000}`),
			evidence(expired),
		},
		"expires now": {
			jwt(required + `,"exp":1896091200}`),
			evidence(`inactive-expired expires_at="2030-01-31 12:00:00 +0000 UTC"`),
		},
		"expires in a second": {jwt(required + `,"exp":1896091201}`), noEvidence},
		"different issuer": {
			jwt(`{"jti":"1","iss":"https://other.example","aud":["app-1"],"exp":2000000000}`),
			evidence(issuer("https://other.example")),
		},
		"different audience": {
			jwt(`{"jti":"1","iss":"https://z.example","aud":["p1"],"exp":2000000000}`),
			evidence(otherAudience + `["p1"]`),
		},
		"all hints": {
			jwt(`{"iss":"x","exp":1896000000}`), evidence(withoutKind, expired, issuer("x"), otherAudience+"[]"),
		},
		"no evidence":        {jwt(required + `,"exp":2000000000}`), noEvidence},
		"no expiry":          {jwt(required + `}`), noEvidence},
		"control characters": {jwt(`{"jti":"1","iss":"\u001b[31m","aud":"app-1"}`), evidence(issuer(`\\u001b[31m`))},
		"ID token": {
			jwt(`{"azp":"app-1","iss":"https://z.example","aud":"app-1"}`),
			evidence(`inactive-not-access-token reason=(kind-id-token claim="azp")`),
		},
		"opaque":         {canary, opaque},
		"JWE":            {"eyJhbGciOiJBMjU2R0NNS1ciLCJlbmMiOiJBMjU2R0NNIn0.a.b.c." + canary, opaque},
		"empty":          {"", opaque},
		"two parts":      {canary + "." + canary, unreadable("jwt-parts parts=2")},
		"four parts":     {"a.b.c.d", unreadable("jwt-parts parts=4")},
		"six parts":      {"a.b.c.d.e.f", unreadable("jwt-parts parts=6")},
		"other text":     {"a.b.c", unreadable(`jwt-base64 part="header"`)},
		"broken payload": {"eyJhbGciOiJSUzI1NiJ9.!!.c", unreadable(`jwt-base64 part="payload"`)},
		"repeated header member": {
			unsigned(`{"alg":"a","alg":"b"}`, `{}`),
			unreadable(`jwt-header reason=(member-duplicate member="alg")`),
		},
		"alg is a number": {
			unsigned(`{"alg":7}`, `{}`),
			unreadable(`jwt-header reason=(` + mismatch("alg", "a number", "a string") + ")"),
		},
		"critical header":  {unsigned(`{"alg":"RS256","crit":["a"]}`, `{}`), unreadable(`jwt-extension member="crit"`)},
		"payload not JSON": {jwt(canary), unreadable("jwt-payload reason=(json-invalid)")},
		"exp is a string": {
			jwt(`{"exp":"` + canary + `"}`),
			claimsUnreadable(mismatch("exp", "a string", "a number")),
		},
		"two wrong types": {
			jwt(`{"exp":"` + canary + `","sub":7}`),
			claimsUnreadable(mismatch("sub", "a number", "a string") + "; " + mismatch("exp", "a string", "a number")),
		},
		"two subjects": {
			jwt(`{"sub":"` + canary + `","sub":"b"}`), unreadable(`jwt-payload reason=(member-duplicate member="sub")`),
		},
		"2 MiB": {
			jwt(`{"jti":"1","iss":"` + strings.Repeat("x", 2<<20) + `"}`), unreadable("jwt-too-large"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := &token.Introspection{ApplicationID: "app-1"}
			// The policy does not matter for an inactive token.
			policy := token.Policy{Audience: []string{"a"}, Roles: []string{"b"}, ForbidImpersonation: true}
			failures := response.Evaluate(policy, test.text, issuerURL, at)
			want := "inactive: token-inactive reason=(" + test.want + ")"
			if got := describe(failures); len(got) != 1 || got[0] != want {
				t.Fatalf("got %q, want %q", got, want)
			}
			checkShowable(t, failures[0].Reason.Error())
			text := fmt.Sprintf("%+v %+v", failures, failures[0].Reason.Values)
			for _, f := range fault.All(failures[0].Reason.Unwrap()) {
				text += fmt.Sprintf("%+v", f.Values)
			}
			if strings.Contains(text, canary) {
				t.Errorf("the failure contains the token: %s", text)
			}
		})
	}
}

// TestInactiveForOtherProject checks the hint about a real server's access tokens if the
// application that introspects them belongs to a different project.
func TestInactiveForOtherProject(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, jwt := range recordedJWTs(t) {
		if !jwt.isAccessToken {
			continue
		}
		seen++
		parsed, err := token.DecodeIntrospection([]byte(`{"active":true,`+jwt.claims[1:]), "")
		if err != nil {
			t.Fatal(err)
		}
		response := &token.Introspection{ApplicationID: "other"}
		text, at := unsigned(jwt.header, jwt.claims), now.Add(-time.Hour) // one of the tokens expires at now
		failures := response.Evaluate(token.Policy{}, text, "http://localhost:18080", at)
		if len(failures) != 1 || failures[0].Code != token.Inactive {
			t.Fatalf("got %q, want one failure with the code inactive", describe(failures))
		}
		hint := fmt.Sprintf("inactive-evidence reason=(inactive-audience application=%q audience=%q)",
			"other", parsed.Claims.Audience)
		if got := failures[0].Reason.Unwrap().Error(); got != hint {
			t.Errorf("got %s, want %s", got, hint)
		}
	}
	if seen < 5 {
		t.Errorf("got %d recorded access tokens, want at least 5", seen)
	}
}

package zitadel_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// TestUnusableTokenIsRevoked checks that a token is revoked if the response that contains it cannot
// be used. The caller must learn why the response is unusable, even if the revocation fails.
func TestUnusableTokenIsRevoked(t *testing.T) {
	t.Parallel()
	const members = `"access_token":"canary-token","token_type":"Bearer"`
	wrongDate := http.Header{"Date": {time.Date(1999, 12, 30, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat)}}
	for name, c := range map[string]struct {
		body   string
		header http.Header
		code   string
	}{
		"no lifetime":        {`{` + members + `}`, nil, "member-missing"},
		"lifetime as text":   {`{` + members + `,"expires_in":"3600"}`, nil, "member-type"},
		"lifetime too long":  {`{` + members + `,"expires_in":1e12}`, nil, "member-out-of-range"},
		"no type":            {`{"access_token":"canary-token","expires_in":3600}`, nil, "member-missing"},
		"ID token as number": {`{` + members + `,"expires_in":3600,"id_token":1}`, nil, "member-type"},
		"duplicate member":   {`{` + members + `,"expires_in":3600,"scope":"a","scope":"b"}`, nil, "member-duplicate"},
		"not printable": {
			`{"access_token":"canary-token ","token_type":"Bearer","expires_in":3600}`, nil, "member-not-printable",
		},
		"wrong clock": {`{` + members + `,"expires_in":3600}`, wrongDate, "clock-wrong"},
	} {
		for _, status := range []int{200, 400} { // of the revocation
			t.Run(name+" "+http.StatusText(status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var revoked []string
					client, server := newMemoryClient(handlers{
						"/token": func(*http.Request) (*http.Response, error) {
							response := jsonResponse(200, c.body)
							if c.header != nil {
								response.Header.Set("Date", c.header.Get("Date"))
							}
							return response, nil
						},
						"/revoke": func(r *http.Request) (*http.Response, error) {
							form := formOf(t, r)
							revoked = append(revoked, strings.TrimSpace(form.Get("token")))
							return jsonResponse(status, ""), nil
						},
					})
					_, err := client.HoldToken(t.Context(), tokenRequest, revoker)
					if !fault.Is(err, c.code) {
						t.Errorf("HoldToken returned error %v, want %s", err, c.code)
					}
					<-time.After(10 * time.Second)
					if len(revoked) != 1 || revoked[0] != "canary-token" {
						t.Errorf("tokens %q were revoked, want only canary-token", revoked)
					}
					if err := client.RevokeHeld(t.Context(), time.Second); (err != nil) != (status != 200) {
						t.Errorf("RevokeHeld returned error %v after a revocation with status %d", err, status)
					}
					if n := server.count("/revoke"); n != 1 {
						t.Errorf("%d revocation requests, want 1", n)
					}
				})
			})
		}
	}
}

// TestUnusableResponseWithHeldToken checks that a token that a caller holds is not revoked if the server
// issues it again in a response that cannot be used.
func TestUnusableResponseWithHeldToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, server := newMemoryClient(nil)
		server.handlers = handlers{"/token": func(*http.Request) (*http.Response, error) {
			body := `{"access_token":"canary-token","token_type":"Bearer"`
			if server.count("/token") == 1 {
				body += `,"expires_in":3600`
			}
			return jsonResponse(200, body+"}"), nil
		}}
		held := holdToken(t, client, requestWithScope("a"))
		if _, err := client.HoldToken(t.Context(), requestWithScope("b"), revoker); !fault.Is(err, "member-missing") {
			t.Errorf("got error %v, want member-missing", err)
		}
		<-time.After(10 * time.Second)
		if n := server.count("/revoke"); n != 0 {
			t.Errorf("%d revocations while the token is held, want none", n)
		}
		if err := client.ReleaseToken(t.Context(), held); err != nil || server.count("/revoke") != 1 {
			t.Errorf("%d revocations, want 1; error %v", server.count("/revoke"), err)
		}
	})
}

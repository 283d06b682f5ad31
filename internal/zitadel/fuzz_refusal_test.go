package zitadel_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// everyCall is what a client can ask, by the path that it asks.
var everyCall = map[string]func(context.Context, *oauth.Client) error{
	discoveryPath: func(ctx context.Context, c *oauth.Client) error {
		_, err := c.Configuration(ctx)
		return err
	},
	tokenPath: func(ctx context.Context, c *oauth.Client) error {
		_, err := c.AccessToken(ctx, oauth.TokenRequest{Credentials: fuzzSecret})
		return err
	},
	"assertion" + tokenPath: func(ctx context.Context, c *oauth.Client) error {
		assertion := encoded(`{"alg":"RS256"}`) + "." + encoded(`{"sub":"\u001b[31m"}`) + "." + encoded(canary)
		_, err := c.AccessToken(ctx, oauth.TokenRequest{Credentials: oauth.Credentials{Assertion: key.NewSecret(assertion)}})
		return err
	},
	"exchange" + tokenPath: func(ctx context.Context, c *oauth.Client) error {
		_, err := c.ExchangeToken(ctx, oauth.ExchangeRequest{Credentials: fuzzSecret, SubjectToken: key.NewSecret(canary)})
		return err
	},
	introspectionPath: func(ctx context.Context, c *oauth.Client) error {
		_, err := c.Introspect(ctx, fuzzSecret, key.NewSecret(canary))
		return err
	},
	userInfoPath: func(ctx context.Context, c *oauth.Client) error {
		_, err := c.UserInfo(ctx, key.NewSecret(canary))
		return err
	},
	keysPath: func(ctx context.Context, c *oauth.Client) error {
		_, err := c.KeySet(ctx)
		return err
	},
	revocationPath: func(ctx context.Context, c *oauth.Client) error {
		token, err := c.HoldToken(ctx, oauth.TokenRequest{Credentials: fuzzSecret}, fuzzSecret)
		if err != nil {
			return err
		}
		return c.ReleaseToken(ctx, token.AccessToken)
	},
}

// FuzzRefusal answers a call with any status, headers and body: the error is
// bounded, fit for a terminal, and repeats no secret.
func FuzzRefusal(f *testing.F) {
	calls := []string{discoveryPath, tokenPath, "assertion" + tokenPath, "exchange" + tokenPath, introspectionPath, userInfoPath, keysPath, revocationPath}
	for path, number := range map[string]uint8{"/oauth/v2/token": 1, "/oauth/v2/introspect": 4, "/oidc/v1/userinfo": 5, "/oauth/v2/revoke": 7} {
		recorded(f, path, false, func(body []byte) { f.Add(number, uint16(400), "application/json", "", "", "", "", body) })
	}
	unknown := []byte("unable to set instance using origin &{" + canary + "  http} (ExternalDomain is localhost): ID=QUERY-1kIjX Message=Instance not found.")
	for number := range calls {
		n := uint8(number)
		f.Add(n, uint16(404), "text/plain; charset=utf-8", canary, "", "", "", unknown)
		f.Add(n, uint16(429), "text/plain", "", "99999999999999999999", "", "", []byte(canary))
		f.Add(n, uint16(429), "text/plain", "", "86400", "", "", []byte(nil))
		f.Add(n, uint16(503), "text/"+canary, "", "Sat, 22 Nov 2026 01:14:50 GMT", "", "Sat, 22 Nov 2026 01:15:00 GMT", []byte(nil))
		f.Add(n, uint16(500), "application/problem+json", "\u202e", "-1", "", "Sat, 22 Nov 2036 01:15:00 GMT", []byte(`{"error":"server_error"}`))
		f.Add(n, uint16(302), "text/html", "", "", "https://"+canary+".example/\u009b31m", "", []byte(nil))
		f.Add(n, uint16(101), "", "", "", "", "", []byte(canary))
		f.Add(n, uint16(401), "application/json", "", "", "", "", []byte(`{"error":"`+canary+`","error_description":"`+canary+`\u001b[31m`+strings.Repeat("x", 600)+`"}`))
		f.Add(n, uint16(200), "application/json", "", "", "", "", []byte(`{"error":7}`))
	}
	f.Fuzz(func(t *testing.T, number uint8, status uint16, contentType, requestID, retryAfter, location, date string, body []byte) {
		name := calls[int(number)%len(calls)]
		header := http.Header{"Content-Type": {contentType}, "X-Request-Id": {requestID}, "Retry-After": {retryAfter}, "Location": {location}, "Date": {date}}
		c := replying(t, name[strings.Index(name, "/"):], reply{100 + int(status-100)%500, header, body})
		c.MaxRetries, c.Redact = 1, []key.Secret{key.NewSecret(canary)}
		if err := everyCall[name](t.Context(), c); err != nil {
			explained(t, err)
		}
		writable(t, c.ServerTime().UTC().Truncate(time.Second))
	})
}

// writtenAs are the forms in which a server may repeat a secret.
var writtenAs = []func(string) string{
	func(s string) string { return s }, url.QueryEscape, url.PathEscape, html.EscapeString,
	func(s string) string { return strings.Trim(strconv.Quote(s), `"`) },
	func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	func(s string) string { return hex.EncodeToString([]byte(s)) },
	func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	func(s string) string { return oauth.BasicAuth("application", s) },
}

var escaped = regexp.MustCompile(`\\u[0-9a-f]{4,6}`)

// FuzzRedaction lets a server repeat a secret somewhere in what it says.
func FuzzRedaction(f *testing.F) {
	for form := range writtenAs {
		f.Add(canary, "got ", " from you", uint8(form))
		f.Add("s3cr3t/&<v>+ü%2Fx y", strings.Repeat("x", 490), "s3cr3t/&<v>", uint8(form))
	}
	f.Add("aaaaaaaaab", "aaaaaaaa", "aaaaaaaab", uint8(0))
	f.Fuzz(func(t *testing.T, secret, before, after string, form uint8) {
		// These stand in messages without a server having said them.
		odd := strings.ContainsFunc(secret, func(r rune) bool {
			return !unicode.IsPrint(r) || strings.ContainsRune(`[]\"`, r) || r == unicode.ReplacementChar
		})
		if odd || len(secret) < 8 || strings.Contains(secret, ".") {
			return
		}
		told := writtenAs[int(form)%len(writtenAs)](secret)
		body, err := json.Marshal(map[string]string{"error": "invalid_client", "error_description": before + told + after})
		if err != nil {
			t.Fatal(err)
		}
		c := replying(t, tokenPath, reply{http.StatusBadRequest, http.Header{"Content-Type": {"application/json"}}, body})
		_, err = c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: oauth.Credentials{ClientID: "application", ClientSecret: key.NewSecret(secret)}})
		explained(t, err)
		// The digits of an escaped character are not the server's either.
		if got := escaped.ReplaceAllString(failed(t, err).Description, "\x00"); strings.Contains(got, secret) || strings.Contains(got, told) {
			t.Errorf("%q is in %q", told, got)
		}
	})
}

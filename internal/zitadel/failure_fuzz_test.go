package zitadel_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// operations maps the path of a request to the client operation that sends the request. A prefix
// distinguishes operations with the same path.
var operations = map[string]func(context.Context, *zitadel.Client) error{
	discoveryPath: func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.Configuration(ctx)
		return err
	},
	tokenPath: func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.AccessToken(ctx, zitadel.TokenRequest{Credentials: fuzzSecret})
		return err
	},
	"assertion" + tokenPath: func(ctx context.Context, c *zitadel.Client) error {
		assertion := encoded(`{"alg":"RS256"}`) + "." + encoded(`{"sub":"\u001b[31m"}`) + "." + encoded(canary)
		credentials := zitadel.Credentials{Assertion: key.NewSecret(assertion)}
		_, err := c.AccessToken(ctx, zitadel.TokenRequest{Credentials: credentials})
		return err
	},
	"exchange" + tokenPath: func(ctx context.Context, c *zitadel.Client) error {
		request := zitadel.ExchangeRequest{Credentials: fuzzSecret, SubjectToken: key.NewSecret(canary)}
		_, err := c.ExchangeToken(ctx, request)
		return err
	},
	introspectionPath: func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.Introspect(ctx, fuzzSecret, key.NewSecret(canary))
		return err
	},
	userInfoPath: func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.UserInfo(ctx, key.NewSecret(canary))
		return err
	},
	keysPath: func(ctx context.Context, c *zitadel.Client) error {
		_, err := c.KeySet(ctx)
		return err
	},
	revocationPath: func(ctx context.Context, c *zitadel.Client) error {
		token, err := c.HoldToken(ctx, zitadel.TokenRequest{Credentials: fuzzSecret}, fuzzSecret)
		if err != nil {
			return err
		}
		return c.ReleaseToken(ctx, token.AccessToken)
	},
}

// FuzzRejection responds to an operation with an arbitrary status, headers and body, and checks
// that the text of any error is printable, is not too long, and contains no secret.
func FuzzRejection(f *testing.F) {
	names := []string{
		discoveryPath, tokenPath, "assertion" + tokenPath, "exchange" + tokenPath,
		introspectionPath, userInfoPath, keysPath, revocationPath,
	}
	for path, number := range map[string]uint8{
		"/oauth/v2/token": 1, "/oauth/v2/introspect": 4, "/oidc/v1/userinfo": 5, "/oauth/v2/revoke": 7,
	} {
		acctest.Recorded(f, path, false, func(body []byte) {
			f.Add(number, uint16(400), "application/json", "", "", "", "", body)
		})
	}
	const (
		sent       = "Sat, 22 Nov 2026 01:14:50 GMT"
		later      = "Sat, 22 Nov 2026 01:15:00 GMT"
		nextDecade = "Sat, 22 Nov 2036 01:15:00 GMT"
	)
	serverError := []byte(`{"error":"server_error"}`)
	unknownHost := []byte("unable to set instance using origin &{" + canary +
		"  http} (ExternalDomain is localhost): ID=QUERY-1kIjX Message=Instance not found.")
	echo := []byte(`{"error":"` + canary + `",` +
		`"error_description":"` + canary + `\u001b[31m` + strings.Repeat("x", 600) + `"}`)
	for number := range names {
		n := uint8(number)
		f.Add(n, uint16(404), "text/plain; charset=utf-8", canary, "", "", "", unknownHost)
		f.Add(n, uint16(429), "text/plain", "", "99999999999999999999", "", "", []byte(canary))
		f.Add(n, uint16(429), "text/plain", "", "86400", "", "", []byte(nil))
		f.Add(n, uint16(503), "text/"+canary, "", sent, "", later, []byte(nil))
		f.Add(n, uint16(500), "application/problem+json", "\u202e", "-1", "", nextDecade, serverError)
		f.Add(n, uint16(302), "text/html", "", "", "https://"+canary+".example/\u009b31m", "", []byte(nil))
		f.Add(n, uint16(101), "", "", "", "", "", []byte(canary))
		f.Add(n, uint16(401), "application/json", "", "", "", "", echo)
		f.Add(n, uint16(200), "application/json", "", "", "", "", []byte(`{"error":7}`))
	}
	f.Fuzz(func(
		t *testing.T, number uint8, status uint16, contentType, requestID, retryAfter, location, date string, body []byte,
	) {
		name := names[int(number)%len(names)]
		response := fuzzResponse{status: 100 + int(status-100)%500, body: body, header: http.Header{
			"Content-Type": {contentType}, "X-Request-Id": {requestID}, "Retry-After": {retryAfter},
			"Location": {location}, "Date": {date},
		}}
		c := clientWithResponse(t, name[strings.Index(name, "/"):], response)
		c.MaxRetries, c.Redact = 1, []key.Secret{key.NewSecret(canary)}
		if err := operations[name](t.Context(), c); err != nil {
			checkError(t, err)
		}
		checkFormattable(t, c.ServerTime().UTC().Truncate(time.Second))
	})
}

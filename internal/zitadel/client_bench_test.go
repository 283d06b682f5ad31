package zitadel_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// remembered returns a client whose questions are answered from memory as the
// issuer answered them first: what is left is the client's own work.
func remembered(b *testing.B) (*oauth.Client, *optest.Issuer) {
	b.Helper()
	issuer, err := optest.Start(world())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(issuer.Close)
	base := &http.Transport{}
	b.Cleanup(base.CloseIdleConnections)
	type reply struct {
		header http.Header
		body   []byte
	}
	known := map[string]reply{}
	return &oauth.Client{Issuer: issuer.URL, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if _, ok := known[r.URL.Path]; !ok {
			response, err := base.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(response.Body)
			if err != nil {
				return nil, err
			}
			known[r.URL.Path] = reply{response.Header, body}
		}
		first := known[r.URL.Path]
		first.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
		return &http.Response{StatusCode: http.StatusOK, Header: first.header, Body: io.NopCloser(bytes.NewReader(first.body)), Request: r}, nil
	})}, issuer
}

func tokenFor(b *testing.B, c *oauth.Client, credentials oauth.Credentials) key.Secret {
	b.Helper()
	token, err := c.AccessToken(b.Context(), oauth.TokenRequest{Credentials: credentials, Scopes: []string{projectScope()}})
	if err != nil {
		b.Fatal(err)
	}
	return token.AccessToken
}

// One question to the introspection endpoint, without a network.
func BenchmarkIntrospect(b *testing.B) {
	c, _ := remembered(b)
	token := tokenFor(b, c, userKey())
	b.ReportAllocs()
	for b.Loop() {
		if answer, err := c.Introspect(b.Context(), apiKey(), token); err != nil || !answer.Active {
			b.Fatal(answer, err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	c, _ := remembered(b)
	token := tokenFor(b, c, jwtUserKey())
	b.ReportAllocs()
	for b.Loop() {
		if answer, err := c.Verify(b.Context(), token, oauth.Policy{}, 0); err != nil || len(answer.Failures) > 0 {
			b.Fatal(answer, err)
		}
	}
}

// A token that is there already, asked for by many at once, with each form of
// credentials.
func BenchmarkAccessTokenShared(b *testing.B) {
	c, issuer := remembered(b)
	signed, err := userKey().Key.Sign([]string{issuer.URL}, time.Now(), time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	for name, credentials := range map[string]oauth.Credentials{
		"key": userKey(), "secret": userSecret(), "assertion": {Assertion: signed.Text},
	} {
		b.Run(name, func(b *testing.B) {
			request := oauth.TokenRequest{Credentials: credentials, Scopes: []string{"openid", projectScope()}, MinValidity: time.Minute}
			if _, err := c.AccessToken(b.Context(), request); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := c.AccessToken(b.Context(), request); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

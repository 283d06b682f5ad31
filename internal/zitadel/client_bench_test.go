package zitadel_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// replayingClient returns a client and its issuer. The client's transport replays the issuer's
// first response for each path, so that a benchmark measures only the client's own work.
func replayingClient(b *testing.B) (*zitadel.Client, *optest.Issuer) {
	b.Helper()
	issuer, err := optest.Start(world())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(issuer.Close)
	base := &http.Transport{}
	b.Cleanup(base.CloseIdleConnections)
	type recording struct {
		header http.Header
		body   []byte
	}
	recordings := map[string]recording{}
	return &zitadel.Client{Issuer: issuer.URL, Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
		if _, ok := recordings[r.URL.Path]; !ok {
			response, err := base.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			body, err := io.ReadAll(response.Body)
			if err != nil {
				return nil, err
			}
			recordings[r.URL.Path] = recording{response.Header, body}
		}
		first := recordings[r.URL.Path]
		first.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
		body := io.NopCloser(bytes.NewReader(first.body))
		return &http.Response{StatusCode: http.StatusOK, Header: first.header, Body: body, Request: r}, nil
	})}, issuer
}

func tokenFor(b *testing.B, c *zitadel.Client, credentials zitadel.Credentials) key.Secret {
	b.Helper()
	request := zitadel.TokenRequest{Credentials: credentials, Scopes: []string{projectScope()}}
	issued, err := c.AccessToken(b.Context(), request)
	if err != nil {
		b.Fatal(err)
	}
	return issued.AccessToken
}

// BenchmarkIntrospect measures one introspection, without network access.
func BenchmarkIntrospect(b *testing.B) {
	c, _ := replayingClient(b)
	subject := tokenFor(b, c, userKey())
	b.ReportAllocs()
	for b.Loop() {
		if result, err := c.Introspect(b.Context(), apiKey(), subject); err != nil || !result.Active {
			b.Fatal(result, err)
		}
	}
}

// BenchmarkVerify measures the verification of one JWT with cached keys.
func BenchmarkVerify(b *testing.B) {
	c, _ := replayingClient(b)
	subject := tokenFor(b, c, jwtUserKey())
	b.ReportAllocs()
	for b.Loop() {
		if result, err := c.Verify(b.Context(), subject, token.Policy{}, 0); err != nil || len(result.Failures) > 0 {
			b.Fatal(result, err)
		}
	}
}

// BenchmarkAccessTokenShared measures concurrent requests for a cached token, for each kind of
// credentials.
func BenchmarkAccessTokenShared(b *testing.B) {
	c, issuer := replayingClient(b)
	signed, err := userKey().Key.Sign([]string{issuer.URL}, time.Now(), time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	for name, credentials := range map[string]zitadel.Credentials{
		"key": userKey(), "secret": userSecret(), "assertion": {Assertion: signed.Text},
	} {
		b.Run(name, func(b *testing.B) {
			request := zitadel.TokenRequest{
				Credentials: credentials, Scopes: []string{"openid", projectScope()}, MinValidity: time.Minute,
			}
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

package zitadel_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestRedact checks that a secret that a server repeats is redacted, even if the server encodes or
// truncates it.
func TestRedact(t *testing.T) {
	const text = `s3cr3t/"canary"&<value>+of the client`
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, echo := range map[string]string{
		"unchanged": text,
		"JSON":      string(quoted),
		"Go":        fmt.Sprintf("%q", text),
		"HTML":      html.EscapeString(text),
		"query":     url.QueryEscape(text),
		"path":      url.PathEscape(text),
		"lowercase": strings.ReplaceAll(strings.ToLower(url.QueryEscape(text)), "%2f", "%2f"),
		"base64":    base64.StdEncoding.EncodeToString([]byte(text)),
		"base64url": base64.RawURLEncoding.EncodeToString([]byte(text)),
		"hex":       hex.EncodeToString([]byte(text)),
		"HEX":       strings.ToUpper(hex.EncodeToString([]byte(text))),
		"truncated": text[:30] + "...",
		"Basic":     zitadel.BasicAuth("a", text),
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(map[string]string{
				"error": "invalid_client", "error_description": "got " + echo + " from you",
			})
			if err != nil {
				t.Fatal(err)
			}
			c, _ := newMemoryClient(handlers{"/token": func(*http.Request) (*http.Response, error) {
				return jsonResponse(400, string(body)), nil
			}})
			c.Sleep = (&sleeps{}).sleep
			_, err = c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: secret("a", text)})
			e := asError(t, err)
			checkContains(t, e.Description, "got ", "[redacted]", "from you")
			if strings.Contains(strings.ToLower(e.Description), strings.ToLower(echo[:10])) {
				t.Errorf("%q contains the secret", e.Description)
			}
		})
	}
}

// TestRedactOtherParts checks that a secret is also redacted in the other parts of a response where
// a server or a gateway might repeat it, even if its case changes.
func TestRedactOtherParts(t *testing.T) {
	const secret, mixed = "canary-gateway-key-1234567890", "Canary-Gateway-Key-1234567890"
	for name, response := range map[string]*http.Response{
		"content type": {StatusCode: 200, Header: http.Header{"Content-Type": {"text/" + secret}}, Body: http.NoBody},
		"scheme of a redirect": {
			StatusCode: 302, Header: http.Header{"Location": {mixed + "://z.example/"}}, Body: http.NoBody,
		},
		"redirect": {
			StatusCode: 302, Header: http.Header{"Location": {"https://" + secret + ".example/"}}, Body: http.NoBody,
		},
		"unknown instance": {
			StatusCode: 404, Header: http.Header{},
			Body: jsonResponse(404, "origin &{"+secret+" http} ID=QUERY-1kIjX").Body,
		},
		"issuer":          jsonResponse(200, `{"issuer":"`+secret+`"}`),
		"endpoint":        jsonResponse(200, `{"issuer":"https://z.example","token_endpoint":"https://`+secret+`/token"}`),
		"repeated member": jsonResponse(200, `{"`+secret+`":1,"`+secret+`":2}`),
		"error":           jsonResponse(401, `{"error":"invalid_client","error_description":"invalid api key `+secret+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := newMemoryClient(handlers{discoveryPath: func(*http.Request) (*http.Response, error) {
				return response, nil
			}})
			c.Redact = []key.Secret{key.NewSecret(mixed)}
			_, err := c.Configuration(t.Context())
			if text := allText(asError(t, err)); strings.Contains(strings.ToLower(text), secret) {
				t.Errorf("%s contains the secret", text)
			}
		})
	}
}

// TestUnprintableEndpoints checks that the error for an invalid endpoint URL is short and contains
// no control characters.
func TestUnprintableEndpoints(t *testing.T) {
	for name, path := range map[string]string{
		"control characters": "/\u202e\u009b31mHACK", "long": "/" + strings.Repeat("A", 5000), "space": "/a b",
	} {
		t.Run(name, func(t *testing.T) {
			c, server := newMemoryClient(handlers{discoveryPath: func(*http.Request) (*http.Response, error) {
				return jsonResponse(200, `{"issuer":"https://z.example","token_endpoint":"https://z.example`+path+`"}`), nil
			}})
			_, err := c.AccessToken(t.Context(), tokenRequest)
			e := asError(t, err)
			if len(e.Error()) > 1000 || strings.ContainsAny(e.Error(), "\u202e\u009b") || len(server.counts) != 1 {
				t.Errorf("%d bytes, want at most 1000; requests by path: %v, want only discovery; error %q",
					len(e.Error()), server.counts, e.Error())
			}
		})
	}
}

// TestSwitchingProtocols checks that the client does not read the body of a response that switches
// to a different protocol, because that body has no end.
func TestSwitchingProtocols(t *testing.T) {
	c, server := newMemoryClient(handlers{"/token": func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 101, Header: http.Header{}, Body: unread{}}, nil
	}})
	c.MaxRetries = 0
	_, err := c.AccessToken(t.Context(), tokenRequest)
	e := asError(t, err)
	checkFaults(t, e.Problem, "protocol-switched")
	if server.count("/token") != 1 || e.Status != http.StatusSwitchingProtocols {
		t.Errorf("%d requests, want 1; status %d, want 101", server.count("/token"), e.Status)
	}
}

// unread is a response body that must not be read.
type unread struct{}

func (unread) Read([]byte) (int, error) { panic("the body was read") }
func (unread) Close() error             { return nil }

// TestRedactTransportError checks that secrets are redacted in an error that the transport returns,
// because it can contain text from a proxy, such as the names in the proxy's certificate.
func TestRedactTransportError(t *testing.T) {
	t.Parallel()
	const secret = "canary-proxy-password"
	for want, err := range map[string]error{
		"connection-failed": fmt.Errorf("proxy refused user with password %s", secret),
		"proxy-certificate": fault.New("proxy-certificate", "error", "proxy refused for "+secret, "from_environment", true),
	} {
		var logged []zitadel.Attempt
		c, _ := newMemoryClient(handlers{discoveryPath: func(*http.Request) (*http.Response, error) { return nil, err }})
		c.MaxRetries, c.Redact = 0, []key.Secret{key.NewSecret(secret)}
		c.Log = func(_ context.Context, a zitadel.Attempt) { logged = append(logged, a) }
		_, err := c.Configuration(t.Context())
		e := asError(t, err)
		checkFaults(t, e.Problem, want)
		for _, text := range []string{allText(e), fmt.Sprintf("%+v", logged)} {
			checkContains(t, text, "proxy refused")
			checkOmits(t, text, secret)
		}
		if len(logged) != 1 {
			t.Errorf("%d attempts were logged, want 1", len(logged))
		}
	}
}

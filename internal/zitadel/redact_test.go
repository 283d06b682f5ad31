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

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// A server that repeats what it was sent, in whatever encoding and however much
// of it, does not get it into a message.
func TestEchoes(t *testing.T) {
	const secret = `s3cr3t/"canary"&<value>+of the client`
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, echo := range map[string]string{
		"as it is":      secret,
		"JSON":          string(quoted),
		"Go":            fmt.Sprintf("%q", secret),
		"HTML":          html.EscapeString(secret),
		"query":         url.QueryEscape(secret),
		"path":          url.PathEscape(secret),
		"lower percent": strings.ReplaceAll(strings.ToLower(url.QueryEscape(secret)), "%2f", "%2f"),
		"base64":        base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64url":     base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"hex":           hex.EncodeToString([]byte(secret)),
		"HEX":           strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"cut short":     secret[:30] + "...",
		"Basic":         oauth.BasicAuth("a", secret),
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(map[string]string{"error": "invalid_client", "error_description": "got " + echo + " from you"})
			if err != nil {
				t.Fatal(err)
			}
			c, _ := wired(map[string]func(*http.Request) (*http.Response, error){"/token": func(*http.Request) (*http.Response, error) { return given(400, string(body)), nil }})
			c.Sleep = (&waits{}).sleep
			_, err = c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: oauth.Credentials{ClientID: "a", ClientSecret: key.NewSecret(secret)}})
			e := failed(t, err)
			if !strings.Contains(e.Description, "got ") || !strings.Contains(e.Description, "[redacted]") || !strings.Contains(e.Description, "from you") {
				t.Errorf("description %q", e.Description)
			}
			if strings.Contains(strings.ToLower(e.Description), strings.ToLower(echo[:10])) {
				t.Errorf("it is in %q", e.Description)
			}
		})
	}
}

// What else a server or a gateway can say with a secret in it.
func TestEchoesElsewhere(t *testing.T) {
	const secret = "canary-gateway-key-1234567890"
	for name, answer := range map[string]*http.Response{
		"content type":     {StatusCode: 200, Header: http.Header{"Content-Type": {"text/" + secret}}, Body: http.NoBody},
		"redirect":         {StatusCode: 302, Header: http.Header{"Location": {"https://" + secret + ".example/"}}, Body: http.NoBody},
		"unknown instance": {StatusCode: 404, Header: http.Header{}, Body: given(404, "origin &{"+secret+" http} ID=QUERY-1kIjX").Body},
		"issuer":           given(200, `{"issuer":"`+secret+`"}`),
		"endpoint":         given(200, `{"issuer":"https://z.example","token_endpoint":"https://`+secret+`/token"}`),
		"repeated member":  given(200, `{"`+secret+`":1,"`+secret+`":2}`),
		"error":            given(401, `{"error":"invalid_client","error_description":"invalid api key `+secret+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := wired(map[string]func(*http.Request) (*http.Response, error){"/.well-known/openid-configuration": func(*http.Request) (*http.Response, error) { return answer, nil }})
			c.Redact = []key.Secret{key.NewSecret(secret)}
			_, err := c.Configuration(t.Context())
			if text := everything(failed(t, err)); strings.Contains(text, secret) {
				t.Errorf("it is in %s", text)
			}
		})
	}
}

// An address of an endpoint cannot colour or fill a terminal.
func TestOddEndpoints(t *testing.T) {
	for name, path := range map[string]string{"control characters": "/\u202e\u009b31mHACK", "endless": "/" + strings.Repeat("A", 5000), "a space": "/a b"} {
		t.Run(name, func(t *testing.T) {
			c, w := wired(map[string]func(*http.Request) (*http.Response, error){"/.well-known/openid-configuration": func(*http.Request) (*http.Response, error) {
				return given(200, `{"issuer":"https://z.example","token_endpoint":"https://z.example`+path+`"}`), nil
			}})
			_, err := c.AccessToken(t.Context(), wanted)
			e := failed(t, err)
			if len(e.Error()) > 1000 || strings.ContainsAny(e.Error(), "\u202e\u009b") || len(w.counts) != 1 {
				t.Errorf("%d characters, requests %v: %s", len(e.Error()), w.counts, e.Error())
			}
		})
	}
}

// A server that switches to another protocol would be read for ever.
func TestSwitchingProtocols(t *testing.T) {
	c, w := wired(map[string]func(*http.Request) (*http.Response, error){"/token": func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 101, Header: http.Header{}, Body: unread{}}, nil
	}})
	c.MaxRetries = 0
	_, err := c.AccessToken(t.Context(), wanted)
	if e := failed(t, err); !strings.Contains(e.Problem, "another protocol") || w.count("/token") != 1 {
		t.Errorf("%v", e)
	}
}

type unread struct{}

func (unread) Read([]byte) (int, error) { panic("the body was read") }
func (unread) Close() error             { return nil }

// The text of a transport's error can hold what a proxy said.
func TestEchoOfProxy(t *testing.T) {
	const secret = "canary-proxy-password"
	var logged []oauth.Attempt
	c, _ := wired(map[string]func(*http.Request) (*http.Response, error){"/.well-known/openid-configuration": func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("proxy refused user with password %s", secret)
	}})
	c.MaxRetries, c.Redact = 0, []key.Secret{key.NewSecret(secret)}
	c.Log = func(_ context.Context, a oauth.Attempt) { logged = append(logged, a) }
	_, err := c.Configuration(t.Context())
	if text := everything(failed(t, err)) + fmt.Sprint(logged); strings.Contains(text, secret) || len(logged) != 1 || !strings.Contains(text, "proxy refused") {
		t.Errorf("%s", text)
	}
}

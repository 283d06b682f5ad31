package zitadel_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A proxy that refuses is named, with what it wants, and not repeated. Only one
// that cannot reach the server for now is asked again.
func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		user, url string
		refusal   int
		attempts  int
		says      []string
	}{
		"wrong password, tunnel":   {"someone:" + canary + "2", "https://" + domain, 0, 1, []string{"proxy_url", "wants a user and a password", "407"}},
		"wrong password, no TLS":   {"someone:" + canary + "2", "http://" + domain, 0, 1, []string{"proxy_url", "wants a user and a password", "407"}},
		"forbidden":                {proxyUser, "https://" + domain, 403, 1, []string{"proxy_url", "does not connect", "403"}},
		"another success":          {proxyUser, "https://" + domain, 299, 1, []string{"proxy_url", "does not connect", "299"}},
		"too many":                 {proxyUser, "https://" + domain, 429, 4, []string{"proxy_url", "does not connect", "429"}},
		"server cannot be reached": {proxyUser, "https://" + domain, 502, 4, []string{"proxy_url", "does not connect", "502"}},
		"server is slow":           {proxyUser, "https://" + domain, 504, 4, []string{"proxy_url", "does not connect", "504"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			issuer := named(t)
			proxy := &optest.Proxy{To: address(issuer.URL), User: proxyUser, Refusal: test.refusal, Reason: "not for " + canary}
			var attempts []oauth.Attempt
			c := connected(t, "http://unused.example", oauth.Transport{ProxyURL: as(test.user, serving(t, proxy).URL)})
			c.Issuer, c.ConnectURL, c.Sleep = test.url, nil, (&waits{}).sleep
			c.Log = func(_ context.Context, a oauth.Attempt) { attempts = append(attempts, a) }
			e := failed(t, calls[optest.Discovery](t, c))
			says(t, e.Error(), test.says...)
			keeps(t, everything(e)+fmt.Sprintf("%+v", attempts), canary, base64.StdEncoding.EncodeToString([]byte(test.user)))
			if e.Attempts != test.attempts || len(attempts) != test.attempts || len(proxy.Seen()) != test.attempts {
				t.Errorf("%d attempts, want %d; the proxy was asked %d times", e.Attempts, test.attempts, len(proxy.Seen()))
			}
			if test.attempts == 1 {
				says(t, strings.Join(e.Next, ""), "proxy_url")
			}
			counts(t, issuer, nil)
		})
	}
}

// A proxy that is not there: its password stays out of the message.
func TestProxyFailure(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for _, issuer := range []string{"http://127.0.0.1:9", "https://z.example"} {
		for _, scheme := range []string{"http://", "https://", "socks5://"} {
			c := newClient(t, issuer)
			c.Transport = round(t, oauth.Transport{ProxyURL: as(proxyUser, scheme+listener.Addr().String())})
			e := failed(t, calls[optest.Discovery](t, c))
			says(t, e.Error(), "the connection was refused")
			keeps(t, everything(e), canary)
		}
	}
}

// The address of a proxy is a secret only for the password in it.
func TestProxySecrets(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, "")
	}
	for proxy, want := range map[string][]string{
		"http://localhost:3128":             nil,
		"http://ann:pass word@localhost:31": nil, // no URL
		"http://ann:pass%20word@localhost":  {"http://ann:pass%20word@localhost", "pass word", "ann:pass word"},
	} {
		for _, transport := range []oauth.Transport{{ProxyURL: key.NewSecret(proxy)}, {}} {
			if transport.ProxyURL.Empty() {
				t.Setenv("https_proxy", proxy)
			}
			var got []string
			for _, secret := range transport.Secrets() {
				got = append(got, secret.Reveal())
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", proxy, got, want)
			}
		}
	}
	t.Setenv("https_proxy", "ann:password@localhost:3128") // net/http takes it
	if n := len(oauth.Transport{}.Secrets()); n != 3 {
		t.Errorf("%d secrets without a scheme", n)
	}
}

// A proxy that speaks as the server does may repeat its own password.
func TestEchoingProxy(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte(proxyUser))
	for _, echo := range []string{canary, proxyUser, encoded} {
		proxy := serving(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `{"error":"denied","error_description":"not for %s"}`, echo)
		}))
		transport := oauth.Transport{ProxyURL: as(proxyUser, proxy.URL)}
		c := newClient(t, "http://"+domain)
		c.Transport, c.Redact = round(t, transport), transport.Secrets()
		e := failed(t, calls[optest.Discovery](t, c))
		says(t, e.Description, "not for [redacted]")
		keeps(t, everything(e), canary, encoded)
	}
}

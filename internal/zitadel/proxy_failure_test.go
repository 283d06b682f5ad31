package zitadel_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"slices"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestProxyRefuses checks that the error of a proxy that does not connect to the server contains
// the status of the proxy's response, but not the text. The request is repeated only if the proxy
// may connect later.
func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	const authentication = "proxy-authentication from_environment=false status=407"
	const https, wrongPassword = "https://" + domain, "someone:" + canary + "2"
	for name, test := range map[string]struct {
		user, url string
		status    int // of the proxy; 0 if it connects
		attempts  int
		want      string
	}{
		"wrong password, tunnel":   {wrongPassword, https, 0, 1, authentication},
		"wrong password, no TLS":   {wrongPassword, "http://" + domain, 0, 1, authentication},
		"forbidden":                {proxyUser, https, 403, 1, "proxy-refused from_environment=false status=403"},
		"another 2xx status":       {proxyUser, https, 299, 1, "proxy-refused from_environment=false status=299"},
		"too many requests":        {proxyUser, https, 429, 4, "proxy-unavailable from_environment=false status=429"},
		"server cannot be reached": {proxyUser, https, 502, 4, "proxy-unavailable from_environment=false status=502"},
		"server is slow":           {proxyUser, https, 504, 4, "proxy-unavailable from_environment=false status=504"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := startNamed(t)
			proxy := &optest.Proxy{
				To: hostPort(issuer.URL), User: proxyUser, Refusal: test.status, Reason: "not for " + canary,
			}
			var attempts []zitadel.Attempt
			transport := zitadel.Transport{ProxyURL: withUser(test.user, serve(t, proxy).URL)}
			c := connectedClient(t, "http://unused.example", transport)
			c.Issuer, c.ConnectURL, c.Sleep = test.url, nil, (&sleeps{}).sleep
			c.Log = func(_ context.Context, a zitadel.Attempt) { attempts = append(attempts, a) }
			e := asError(t, calls[optest.Discovery](t, c))
			if e.Problem == nil || e.Problem.Error() != test.want {
				t.Errorf("%v, want %s", e, test.want)
			}
			text := allText(e) + fmt.Sprintf("%+v", attempts)
			checkOmits(t, text, canary, base64.StdEncoding.EncodeToString([]byte(test.user)))
			if e.Attempts != test.attempts || len(attempts) != test.attempts || len(proxy.Seen()) != test.attempts {
				t.Errorf("%d attempts, want %d; %d requests to the proxy", e.Attempts, test.attempts, len(proxy.Seen()))
			}
			checkRequests(t, issuer, nil)
		})
	}
}

// TestProxyFailure checks that the error of a proxy that cannot be reached does not contain the
// proxy password.
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
			proxy := withUser(proxyUser, scheme+listener.Addr().String())
			c.Transport = roundTripper(t, zitadel.Transport{ProxyURL: proxy})
			e := asError(t, calls[optest.Discovery](t, c))
			checkFaults(t, e.Problem, "connection-refused")
			checkOmits(t, allText(e), canary)
		}
	}
}

// TestProxySecrets checks that the URL of a proxy is secret only if it contains a user.
func TestProxySecrets(t *testing.T) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, "")
	}
	for proxy, want := range map[string][]string{
		"http://localhost:3128":             nil,
		"http://ann:pass word@localhost:31": nil, // not a valid URL
		"http://ann:pass%20word@localhost":  {"http://ann:pass%20word@localhost", "pass word", "ann:pass word"},
	} {
		for _, transport := range []zitadel.Transport{{ProxyURL: key.NewSecret(proxy)}, {}} {
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
	t.Setenv("https_proxy", "ann:password@localhost:3128") // net/http accepts a URL without a scheme
	if n := len(zitadel.Transport{}.Secrets()); n != 3 {
		t.Errorf("%d secrets of a URL without a scheme, want 3", n)
	}
}

// TestEchoingProxy checks that no error contains the proxy password, even if the proxy responds in
// place of the server and repeats the password.
func TestEchoingProxy(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte(proxyUser))
	for _, echo := range []string{canary, proxyUser, encoded} {
		proxy := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `{"error":"denied","error_description":"not for %s"}`, echo)
		}))
		transport := zitadel.Transport{ProxyURL: withUser(proxyUser, proxy.URL)}
		c := newClient(t, "http://"+domain)
		c.Transport, c.Redact = roundTripper(t, transport), transport.Secrets()
		e := asError(t, calls[optest.Discovery](t, c))
		checkContains(t, e.Description, "not for [redacted]")
		checkOmits(t, allText(e), canary, encoded)
	}
}

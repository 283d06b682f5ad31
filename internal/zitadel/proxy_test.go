package zitadel_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// proxyUser is who the proxy knows, with a password that no message repeats.
const proxyUser = "someone:" + canary

// serving starts a server without TLS.
func serving(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// address is the host and port of a URL.
func address(url string) string { return url[strings.Index(url, "://")+3:] }

// as puts a user and a password into a URL.
func as(user, url string) key.Secret {
	return key.NewSecret(strings.Replace(url, "://", "://"+user+"@", 1))
}

// watch is a server that keeps what it was sent.
type watch struct {
	http.Handler
	mu        sync.Mutex
	headers   []http.Header
	protocols map[string]int
}

func (w *watch) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	if w.protocols == nil {
		w.protocols = map[string]int{}
	}
	w.headers = append(w.headers, r.Header.Clone())
	w.protocols[r.Proto]++
	w.mu.Unlock()
	w.Handler.ServeHTTP(out, r)
}

// Through a proxy with http or with https, to a server with either, by the
// issuer's own name or by connect_url: the proxy sees no header that is meant
// for the server, and the server none that is meant for the proxy. What each
// presents is a certificate of its own name, and the server is asked in HTTP/2.
func TestProxy(t *testing.T) {
	t.Parallel()
	own, proxys := certificate(t, domain), certificate(t, "127.0.0.1")
	for _, proxyScheme := range []string{"http", "https"} {
		for what, test := range map[string]struct{ issuer, connect, asked string }{
			"http server":          {"http://" + domain, "", "POST " + domain},
			"https server":         {"https://" + domain, "", "CONNECT " + domain + ":443"},
			"https by connect_url": {"https://" + domain, "https://10.0.0.1:8443", "CONNECT 10.0.0.1:8443"},
		} {
			t.Run(what+" by "+proxyScheme, func(t *testing.T) {
				t.Parallel()
				issuer := named(t)
				seen := &watch{Handler: issuer}
				server, proxy := serving(t, seen), &optest.Proxy{User: proxyUser}
				if strings.HasPrefix(what, "https") {
					server = secure(t, seen, own, nil, nil)
				}
				proxy.To = address(server.URL)
				front := serving(t, proxy)
				if proxyScheme == "https" {
					front = secure(t, proxy, proxys, nil, nil)
				}
				c := connected(t, "http://unused.example", oauth.Transport{
					ServerName: domain, CACertPEM: own.PEM + proxys.PEM, ProxyURL: as(proxyUser, front.URL),
					Headers: map[string]key.Secret{"X-Gateway": key.NewSecret("open")},
				})
				c.Issuer, c.ConnectURL = test.issuer, nil
				if test.connect != "" {
					connect, err := oauth.ParseConnectURL(test.connect)
					if err != nil {
						t.Fatal(err)
					}
					c.ConnectURL = connect
				}
				accessToken(t, c, userSecret(), "openid")
				counts(t, issuer, discoveryAndToken)

				protocol, tunnel := "HTTP/1.1", strings.HasPrefix(test.asked, "CONNECT")
				asked := proxy.Seen()
				if tunnel {
					protocol = "HTTP/2.0"
					if len(asked) != 1 {
						t.Errorf("%d tunnels for two requests", len(asked))
					}
				}
				if seen.protocols[protocol] != 2 {
					t.Errorf("the server was asked in %v, want %s", seen.protocols, protocol)
				}
				last := asked[len(asked)-1]
				if got := last.Method + " " + last.Host; got != test.asked || last.Protocol != "HTTP/1.1" {
					t.Errorf("the proxy was asked %s in %s, want %s", got, last.Protocol, test.asked)
				}
				if got, want := last.Header.Get("Proxy-Authorization"), "Basic "+base64.StdEncoding.EncodeToString([]byte(proxyUser)); got != want {
					t.Errorf("the proxy was given %q", got)
				}
				if tunnel && (last.Header.Get("X-Gateway") != "" || last.Header.Get("Authorization") != "") {
					t.Errorf("the proxy was given the server's headers: %v", last.Header)
				}
				for _, header := range seen.headers {
					if header.Get("Proxy-Authorization") != "" || header.Get("X-Gateway") != "open" {
						t.Errorf("the server was given %v", header)
					}
				}
			})
		}
	}
}

// What goes to connect_url by plain http cannot go through a proxy.
func TestProxyWithoutTLS(t *testing.T) {
	t.Parallel()
	proxy := &optest.Proxy{}
	c := connected(t, "http://10.0.0.1:8080", oauth.Transport{ProxyURL: key.NewSecret(serving(t, proxy).URL)})
	e := failed(t, calls[optest.Discovery](t, c))
	says(t, e.Error(), "connect_url", "NO_PROXY")
	if e.Attempts != 1 || len(proxy.Seen()) != 0 {
		t.Errorf("%d attempts, the proxy was asked %v", e.Attempts, proxy.Seen())
	}
}

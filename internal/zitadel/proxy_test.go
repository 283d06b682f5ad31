package zitadel_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// proxyUser is the user name and password that the test proxies require. The password must not
// appear in any error.
const proxyUser = "someone:" + canary

// hostPort returns the host and port in a URL that has no path.
func hostPort(url string) string { return url[strings.Index(url, "://")+3:] }

// withUser adds a user name and a password, separated by a colon, to a URL.
func withUser(user, url string) key.Secret {
	return key.NewSecret(strings.Replace(url, "://", "://"+user+"@", 1))
}

// recordingHandler records the headers and protocols of requests.
type recordingHandler struct {
	http.Handler
	mu        sync.Mutex
	headers   []http.Header
	protocols map[string]int // number of requests by protocol
}

func (h *recordingHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	if h.protocols == nil {
		h.protocols = map[string]int{}
	}
	h.headers = append(h.headers, r.Header.Clone())
	h.protocols[r.Proto]++
	h.mu.Unlock()
	h.Handler.ServeHTTP(w, r)
}

// TestProxy sends requests through an HTTP or HTTPS proxy to a server with or without TLS, at the
// issuer's host or at ConnectURL. The server must receive no headers that are meant for the proxy.
// If the server uses TLS, the proxy must receive no headers that are meant for the server, and the
// requests to the server must use HTTP/2. The server and the proxy have separate certificates.
func TestProxy(t *testing.T) {
	t.Parallel()
	serverCert, proxyCert := certificate(t, domain), certificate(t, "127.0.0.1")
	for _, proxyScheme := range []string{"http", "https"} {
		for name, test := range map[string]struct{ issuer, connect, want string }{
			"http server":         {"http://" + domain, "", "POST " + domain},
			"https server":        {"https://" + domain, "", "CONNECT " + domain + ":443"},
			"https at ConnectURL": {"https://" + domain, "https://10.0.0.1:8443", "CONNECT 10.0.0.1:8443"},
		} {
			t.Run(name+" through "+proxyScheme+" proxy", func(t *testing.T) {
				t.Parallel()
				issuer := startNamed(t)
				seen := &recordingHandler{Handler: issuer}
				server, proxy := serve(t, seen), &optest.Proxy{User: proxyUser}
				if strings.HasPrefix(name, "https") {
					server = serveTLS(t, seen, serverCert, nil, nil)
				}
				proxy.To = hostPort(server.URL)
				front := serve(t, proxy)
				if proxyScheme == "https" {
					front = serveTLS(t, proxy, proxyCert, nil, nil)
				}
				c := connectedClient(t, "http://unused.example", zitadel.Transport{
					ServerName: domain, CACertPEM: serverCert.PEM + proxyCert.PEM,
					ProxyURL: withUser(proxyUser, front.URL),
					Headers:  map[string]key.Secret{"X-Gateway": key.NewSecret("open")},
				})
				c.Issuer, c.ConnectURL = test.issuer, nil
				if test.connect != "" {
					connect, err := zitadel.ParseConnectURL(test.connect)
					if err != nil {
						t.Fatal(err)
					}
					c.ConnectURL = connect
				}
				accessToken(t, c, userSecret(), "openid")
				checkRequests(t, issuer, discoveryAndToken)

				protocol, tunnel := "HTTP/1.1", strings.HasPrefix(test.want, "CONNECT")
				requests := proxy.Seen()
				if tunnel {
					protocol = "HTTP/2.0"
					if len(requests) != 1 {
						t.Errorf("%d tunnels for two requests, want 1", len(requests))
					}
				}
				if seen.protocols[protocol] != 2 {
					t.Errorf("requests to the server by protocol: %v, want 2 with %s", seen.protocols, protocol)
				}
				last := requests[len(requests)-1]
				if got := last.Method + " " + last.Host; got != test.want || last.Protocol != "HTTP/1.1" {
					t.Errorf("the proxy received %q with %s, want %q with HTTP/1.1", got, last.Protocol, test.want)
				}
				want := "Basic " + base64.StdEncoding.EncodeToString([]byte(proxyUser))
				if got := last.Header.Get("Proxy-Authorization"); got != want {
					t.Errorf("Proxy-Authorization is %q, want %q", got, want)
				}
				if tunnel && (last.Header.Get("X-Gateway") != "" || last.Header.Get("Authorization") != "") {
					t.Errorf("the proxy received headers for the server: %v", last.Header)
				}
				for _, header := range seen.headers {
					if header.Get("Proxy-Authorization") != "" || header.Get("X-Gateway") != "open" {
						t.Errorf("the server received the headers %v, want X-Gateway but no Proxy-Authorization", header)
					}
				}
			})
		}
	}
}

// TestProxyWithoutTLS checks that requests to ConnectURL over plain HTTP fail if a proxy is
// configured.
func TestProxyWithoutTLS(t *testing.T) {
	t.Parallel()
	proxy := &optest.Proxy{}
	transport := zitadel.Transport{ProxyURL: key.NewSecret(serve(t, proxy).URL)}
	c := connectedClient(t, "http://10.0.0.1:8080", transport)
	e := asError(t, calls[optest.Discovery](t, c))
	checkFaults(t, e.Problem, "proxy-connect-url")
	if e.Attempts != 1 || len(proxy.Seen()) != 0 {
		t.Errorf("%d attempts, want 1; the proxy received %v, want no requests", e.Attempts, proxy.Seen())
	}
}

// TestMisreadProxy checks that a proxy URL is rejected if it has no valid host, or if net/url or
// net/http would mistake a different part of the URL for the host, for example because the password
// contains "#". The error must not contain the password.
func TestMisreadProxy(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"http://proxy:port", "http:/proxy:3128", "http://someone:12#" + canary + "@127.0.0.1:1",
		"http://someone:12/" + canary + "@127.0.0.1:1", "http://someone:12?" + canary + "@127.0.0.1:1",
		"someone:12/" + canary + "@127.0.0.1:1", "http//127.0.0.1:1", "//127.0.0.1:1", " http://127.0.0.1:1",
		"http://127.0.0.1:1\n", "http://${PROXY}:1",
	} {
		if _, err := (zitadel.Transport{ProxyURL: key.NewSecret(text)}).RoundTripper(); err == nil {
			t.Errorf("%s: the URL was accepted", text)
		} else {
			checkFaults(t, err, "proxy-url-invalid")
			checkOmits(t, err.Error(), canary)
		}
		output := runChild(t, "HTTPS_PROXY="+text, issuerVariable+"=https://z.example", connectVariable+"=https://z.example")
		checkContains(t, output, failed, "proxy-variables")
		checkOmits(t, output, canary, "someone")
	}
}

// TestProxySecrets checks that a proxy URL is treated as a secret only if it is valid and contains a
// user name.
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
		t.Errorf("found %d secrets in a URL without a scheme, want 3", n)
	}
}

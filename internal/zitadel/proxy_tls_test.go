package zitadel_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// certificateRecorder records the subjects of the client certificates that its clients present.
type certificateRecorder struct {
	http.Handler
	mu       sync.Mutex
	subjects map[string]bool
}

func (c *certificateRecorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if c.subjects == nil {
		c.subjects = map[string]bool{}
	}
	if r.TLS != nil {
		for _, certificate := range r.TLS.PeerCertificates {
			c.subjects[certificate.Subject.CommonName] = true
		}
	}
	c.mu.Unlock()
	c.Handler.ServeHTTP(w, r)
}

// TestProxyTLS checks that the client does not present its certificate to an HTTPS proxy. It also
// checks that the proxy's certificate is always verified: it must be valid for the proxy's host
// and signed by one of the certificate authorities that are trusted for the server.
func TestProxyTLS(t *testing.T) {
	t.Parallel()
	server, proxy := certificate(t, domain), certificate(t, "127.0.0.1")
	client, stranger := certificate(t, "client.example"), certificate(t, "other.example")
	const (
		untrusted = "proxy-certificate"
		rejected  = "proxy-tls"
		unknown   = "unknown authority"
		notValid  = "cannot validate certificate for 127.0.0.1"
	)
	mutual := zitadel.Transport{ClientCertPEM: client.PEM, ClientKeyPEM: key.NewSecret(client.KeyPEM)}
	both := server.PEM + proxy.PEM
	for name, test := range map[string]struct {
		proxy    *optest.Certificate
		trusted  string
		skip     bool                // skips the verification of the server's certificate
		required *optest.Certificate // the client certificate that the proxy requires, or nil
		code     string              // of the fault; "" for none
		problem  string              // part of the fault's "error" value
	}{
		"both authorities":                     {proxy, both, false, nil, "", ""},
		"proxy's authority, skip":              {proxy, proxy.PEM, true, nil, "", ""},
		"server's authority":                   {proxy, server.PEM, false, nil, untrusted, unknown},
		"server's authority, skip":             {proxy, server.PEM, true, nil, untrusted, unknown},
		"no authority, skip":                   {proxy, "", true, nil, untrusted, unknown},
		"server's certificate":                 {server, server.PEM, false, nil, untrusted, notValid},
		"server's certificate, skip":           {server, server.PEM, true, nil, untrusted, notValid},
		"certificate for a different host":     {stranger, both + stranger.PEM, false, nil, untrusted, notValid},
		"client certificate required":          {proxy, both, false, client, rejected, ""},
		"different certificate required, skip": {proxy, proxy.PEM, true, stranger, rejected, ""},
	} {
		for version, setting := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
			for _, scheme := range []string{"https", "http"} { // of the server
				t.Run(strings.Join([]string{name, version, scheme}, "/"), func(t *testing.T) {
					t.Parallel()
					atProxy, atServer := &certificateRecorder{}, &certificateRecorder{Handler: startNamed(t)}
					to := serve(t, atServer)
					if scheme == "https" {
						to = serveTLS(t, atServer, server, client, nil)
					}
					handler := &optest.Proxy{To: hostPort(to.URL), User: proxyUser}
					atProxy.Handler = handler
					front := serveTLS(t, atProxy, test.proxy, test.required, func(s *httptest.Server) {
						s.TLS.MaxVersion = setting
						if test.required == nil {
							s.TLS.ClientAuth = tls.RequestClientCert
						}
					})
					transport := mutual
					transport.CACertPEM, transport.InsecureSkipVerify = test.trusted, test.skip
					transport.ProxyURL = withUser(proxyUser, front.URL)
					c := connectedClient(t, "http://unused.example", transport)
					c.Issuer, c.ConnectURL = scheme+"://"+domain, nil
					if test.required != nil {
						// The client detects either the TLS alert or the closed connection first. It
						// retries the request only in the second case.
						c.Sleep = (&sleeps{}).sleep
					}

					_, err := c.Configuration(t.Context())
					if len(atProxy.subjects) != 0 {
						t.Errorf("the proxy received the client certificates %v, want none", atProxy.subjects)
					}
					if test.code == "" {
						if err != nil {
							t.Fatal(err)
						}
						if atServer.subjects["client.example"] != (scheme == "https") {
							t.Errorf("the server received the client certificates %v, want client.example: %t",
								atServer.subjects, scheme == "https")
						}
						return
					}
					e := asError(t, err)
					if test.required == nil || setting == tls.VersionTLS12 {
						checkFaults(t, e.Problem, test.code)
						text, _ := e.Problem.Values["error"].(string)
						if !strings.Contains(text, test.problem) || text == "" || e.Problem.Values["from_environment"] != false {
							t.Errorf("unexpected fault: %s", e.Problem)
						}
						if e.Attempts != 1 {
							t.Errorf("%d attempts, want 1", e.Attempts)
						}
					}
					checkOmits(t, allText(e), canary)
					if len(handler.Seen()) != 0 {
						t.Errorf("the proxy received %v, want no requests", handler.Seen())
					}
				})
			}
		}
	}
}

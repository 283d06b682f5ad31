package zitadel_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// clients records the client certificates of TLS connections, by subject.
type clients struct {
	http.Handler
	mu       sync.Mutex
	subjects map[string]bool
}

func (c *clients) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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

// An HTTPS proxy gets a TLS configuration of its own: no client certificate of the
// issuer, always verified, against the proxy's own host, by the same authorities.
func TestProxyTLS(t *testing.T) {
	t.Parallel()
	server, proxy := certificate(t, domain), certificate(t, "127.0.0.1")
	client, stranger := certificate(t, "client.example"), certificate(t, "other.example")
	const untrusted, unknown = "the proxy certificate is not trusted", "unknown authority"
	const rejected, notValid = "the proxy rejected the TLS connection", "cannot validate certificate for 127.0.0.1"
	mutual := oauth.Transport{ClientCertPEM: client.PEM, ClientKeyPEM: key.NewSecret(client.KeyPEM)}
	both := server.PEM + proxy.PEM
	for name, test := range map[string]struct {
		proxy    *optest.Certificate
		trusted  string
		skip     bool                // verification of the server
		required *optest.Certificate // by the proxy, of clients
		want     []string            // of the error; none if there is none
	}{
		"authorities of both":             {proxy, both, false, nil, nil},
		"authority of the proxy, skip":    {proxy, proxy.PEM, true, nil, nil},
		"authority of the server":         {proxy, server.PEM, false, nil, []string{untrusted, unknown, "ca_cert_pem"}},
		"authority of the server, skip":   {proxy, server.PEM, true, nil, []string{untrusted, unknown}},
		"no authority, skip":              {proxy, "", true, nil, []string{untrusted, unknown}},
		"certificate of the server":       {server, server.PEM, false, nil, []string{untrusted, notValid}},
		"certificate of the server, skip": {server, server.PEM, true, nil, []string{untrusted, notValid}},
		"certificate of another host":     {stranger, both + stranger.PEM, false, nil, []string{untrusted, notValid}},
		"client certificate required":     {proxy, both, false, client, []string{rejected, "client_cert_pem"}},
		"other certificate, skip":         {proxy, proxy.PEM, true, stranger, []string{rejected, "client_cert_pem"}},
	} {
		for version, setting := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
			for _, scheme := range []string{"https", "http"} { // of the server
				t.Run(strings.Join([]string{name, version, scheme}, "/"), func(t *testing.T) {
					t.Parallel()
					atProxy, atServer := &clients{}, &clients{Handler: named(t)}
					to := serving(t, atServer)
					if scheme == "https" {
						to = secure(t, atServer, server, client, nil)
					}
					asked := &optest.Proxy{To: address(to.URL), User: proxyUser}
					atProxy.Handler = asked
					front := secure(t, atProxy, test.proxy, test.required, func(s *httptest.Server) {
						s.TLS.MaxVersion = setting
						if test.required == nil {
							s.TLS.ClientAuth = tls.RequestClientCert
						}
					})
					transport := mutual
					transport.CACertPEM, transport.InsecureSkipVerify = test.trusted, test.skip
					transport.ProxyURL = as(proxyUser, front.URL)
					c := connected(t, "http://unused.example", transport)
					c.Issuer, c.ConnectURL = scheme+"://"+domain, nil
					if test.required != nil {
						// The alert or the end of the connection may arrive first, and only the latter
						// is retried.
						c.Sleep = (&waits{}).sleep
					}

					_, err := c.Configuration(t.Context())
					if len(atProxy.subjects) != 0 {
						t.Errorf("client certificates at the proxy: %v", atProxy.subjects)
					}
					if test.want == nil {
						if err != nil {
							t.Fatal(err)
						}
						if atServer.subjects["client.example"] != (scheme == "https") {
							t.Errorf("client certificates at the server: %v", atServer.subjects)
						}
						return
					}
					e := failed(t, err)
					if test.required == nil || setting == tls.VersionTLS12 {
						says(t, e.Error(), test.want...)
						if e.Attempts != 1 {
							t.Errorf("%d attempts", e.Attempts)
						}
					}
					keeps(t, everything(e), canary)
					if len(asked.Seen()) != 0 {
						t.Errorf("requests to the proxy: %v", asked.Seen())
					}
				})
			}
		}
	}
}

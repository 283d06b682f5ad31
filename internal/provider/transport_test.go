package provider_test

import (
	"crypto/tls"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// The TLS arguments of the provider block must apply to the connection to the instance.
func TestTransportArguments(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(50 * time.Minute)
	valid := acctest.NewCertificate(t, acctest.NamedHost, soon)
	other := acctest.NewCertificate(t, "other.example", soon)
	expired := acctest.NewCertificate(t, acctest.NamedHost, time.Now().Add(-time.Minute))
	client := acctest.NewCertificate(t, "client.example", soon)
	mutual := func(c *optest.Certificate) object {
		return object{"ca_cert_pem": valid.PEM, "client_cert_pem": c.PEM, "client_key_pem": c.KeyPEM}
	}
	// If the server closes the connection before the client has sent its request, the client can miss the
	// TLS alert.
	const rejected = "client-certificate-rejected|connection-closed|connection-failed"
	old := func(s *httptest.Server) { s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }
	for name, c := range map[string]struct {
		server, client *optest.Certificate // client is the certificate that the server requires; nil for none
		configure      func(*httptest.Server)
		block          object
		codes          string   // alternatives, separated by |; "" if the request succeeds
		values         []string // expected in the TLS error
	}{
		"self-signed": {valid, nil, nil, object{}, "certificate-untrusted", []string{"unknown authority"}},
		"ca_cert_pem": {valid, nil, nil, object{"ca_cert_pem": valid.PEM}, "", nil},
		"ca_cert_pem for a different server": {
			valid, nil, nil, object{"ca_cert_pem": other.PEM}, "certificate-untrusted", []string{"unknown authority"},
		},
		"not verified": {valid, nil, nil, object{"insecure_skip_verify_tls": true}, "", nil},
		"verified":     {valid, nil, nil, object{"insecure_skip_verify_tls": false}, "certificate-untrusted", nil},
		"wrong host name": {
			other, nil, nil, object{"ca_cert_pem": other.PEM},
			"certificate-untrusted", []string{"valid for other.example, not zitadel.example"},
		},
		"expired": {
			expired, nil, nil, object{"ca_cert_pem": expired.PEM}, "certificate-untrusted", []string{"has expired"},
		},
		"mutual":                    {valid, client, nil, mutual(client), "", nil},
		"mutual, no certificate":    {valid, client, nil, object{"ca_cert_pem": valid.PEM}, rejected, nil},
		"mutual, other certificate": {valid, client, nil, mutual(other), rejected, nil},
		"TLS 1.1": {
			valid, nil, old, object{"ca_cert_pem": valid.PEM}, "connection-failed", []string{"protocol version not supported"},
		},
		"TLS 1.1, not verified": {
			valid, nil, old, object{"insecure_skip_verify_tls": true},
			"connection-failed", []string{"protocol version not supported"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := acctest.StartNamedIssuer(t)
			block := object{
				"issuer":      "https://" + acctest.NamedHost,
				"connect_url": acctest.StartTLSServer(t, i, c.server, c.client, c.configure).URL,
				"key_json":    string(i.World.Service.KeyJSON()), "max_retries": 0,
			}
			maps.Copy(block, c.block)
			_, found := startConfigured(t, block).Read("data", "zitadel_access_token", nil)
			if c.codes == "" {
				if len(found) > 0 || i.Requests(optest.Token) != 1 || i.Last(optest.Token).Host != acctest.NamedHost {
					t.Errorf("%d token requests to %q, want 1 to %s: %v",
						i.Requests(optest.Token), i.Last(optest.Token).Host, acctest.NamedHost, found)
				}
				return
			}
			if got := codesOf(found); len(got) != 1 || !slices.Contains(strings.Split(c.codes, "|"), got[0]) {
				t.Errorf("got codes %q, want %s, in:\n%s", got, c.codes, found)
			}
			acctest.CheckContains(t, found, append(c.values, "ERROR", inResponse("none"))...)
			if i.Requests(optest.Discovery) != 0 || strings.Contains(found.String(), "PRIVATE KEY") {
				t.Errorf("%d requests, want none; the diagnostics must not contain the key: %v",
					i.Requests(optest.Discovery), found)
			}
		})
	}
}

// With connect_url, the provider must be able to use an instance at a different address, with or without
// TLS, although the instance responds only to requests for its own host name.
func TestConnectURL(t *testing.T) {
	t.Parallel()
	i := acctest.StartNamedIssuer(t)
	certificate := acctest.NewCertificate(t, acctest.NamedHost, time.Now().Add(50*time.Minute))
	named, withTLS := "https://"+acctest.NamedHost, acctest.StartTLSServer(t, i, certificate, nil, nil).URL
	for name, c := range map[string]struct {
		block object
		codes []string // nil if the request succeeds
	}{
		"with TLS":    {object{"issuer": named, "connect_url": withTLS, "ca_cert_pem": certificate.PEM}, nil},
		"without TLS": {object{"issuer": named, "connect_url": i.URL}, nil},
		"with domain": {object{"domain": acctest.NamedHost, "connect_url": i.URL}, nil},
		"with a port": {
			object{"issuer": named + ":8443", "connect_url": withTLS, "ca_cert_pem": certificate.PEM}, nil,
		},
		"HTTP issuer": {
			object{"domain": acctest.NamedHost, "port": "8080", "insecure": true, "connect_url": i.URL}, nil,
		},
		"HTTP issuer over TLS": {
			object{
				"issuer": "http://" + acctest.NamedHost, "insecure": true,
				"connect_url": withTLS, "ca_cert_pem": certificate.PEM,
			}, nil,
		},
		"without connect_url": {object{"issuer": i.URL}, []string{"unknown-instance"}},
		"wrong host name": {
			object{"issuer": "https://other.example", "connect_url": i.URL}, []string{"unknown-instance"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.block["key_json"] = string(i.World.Service.KeyJSON())
			_, found := startConfigured(t, c.block).Read("data", "zitadel_access_token", nil)
			checkCodes(t, found, c.codes...)
			if c.codes == nil && len(found) > 0 {
				t.Error(found)
			}
		})
	}
}

// The provider must authenticate to the proxy with the password in proxy_url. Messages must not contain the
// password.
func TestProxyURL(t *testing.T) {
	t.Parallel()
	const user = "ann:canary-password"
	soon := time.Now().Add(50 * time.Minute)
	serverCert := acctest.NewCertificate(t, acctest.NamedHost, soon)
	proxyCert := acctest.NewCertificate(t, "127.0.0.1", soon)
	for name, c := range map[string]struct {
		user  string
		tls   bool
		codes []string // nil if the request succeeds
	}{
		"http":           {user, false, nil},
		"https":          {user, true, nil},
		"wrong password": {"ann:canary-other", false, []string{"proxy-authentication"}},
		"no password":    {"ann:", true, []string{"proxy-authentication"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := acctest.StartNamedIssuer(t)
			proxy := &optest.Proxy{
				User:   user,
				To:     strings.TrimPrefix(acctest.StartTLSServer(t, i, serverCert, nil, nil).URL, "https://"),
				Reason: user,
			}
			front := httptest.NewServer(proxy)
			t.Cleanup(front.Close)
			if c.tls {
				front = acctest.StartTLSServer(t, proxy, proxyCert, nil, nil)
			}
			// Neither the host name nor 192.0.2.1 can be reached directly, so the requests must go through the
			// proxy, which forwards them to the server.
			for _, connect := range []any{nil, "https://192.0.2.1:8443"} {
				p := startConfigured(t, object{
					"issuer": "https://" + acctest.NamedHost, "connect_url": connect, "key_json": string(i.World.Service.KeyJSON()),
					"ca_cert_pem": serverCert.PEM + proxyCert.PEM,
					"proxy_url":   strings.Replace(front.URL, "://", "://"+c.user+"@", 1),
				})
				_, found := p.Read("data", "zitadel_access_token", nil)
				checkCodes(t, found, c.codes...)
				if c.codes == nil && len(found) > 0 {
					t.Error(found)
				}
				if c.codes != nil { // the message must be about proxy_url, not about the environment
					want := textOf("proxy-authentication", "status", http.StatusProxyAuthRequired)
					acctest.CheckContains(t, found, "ERROR", inResponse("none"), want)
				}
				if strings.Contains(found.String(), "canary") {
					t.Errorf("the diagnostics contain a secret:\n%s", found)
				}
			}
			if n := len(proxy.Seen()); n != 2 {
				t.Errorf("%d requests to the proxy, want 2", n)
			}
			if sent := i.Last(optest.Token).Header; sent.Get("Proxy-Authorization") != "" {
				t.Error("the server received the proxy password")
			}
		})
	}
}

// The connection to an HTTPS proxy must use neither insecure_skip_verify_tls nor the client certificate.
func TestProxyTLS(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(50 * time.Minute)
	serverCert := acctest.NewCertificate(t, acctest.NamedHost, soon)
	proxyCert := acctest.NewCertificate(t, "127.0.0.1", soon)
	clientCert := acctest.NewCertificate(t, "client.example", soon)
	for name, c := range map[string]struct {
		block object
		codes []string // nil if the request succeeds
	}{
		"not verified": {
			object{"insecure_skip_verify_tls": true, "ca_cert_pem": serverCert.PEM}, []string{"proxy-certificate"},
		},
		"proxy verified": {object{"insecure_skip_verify_tls": true, "ca_cert_pem": proxyCert.PEM}, nil},
		"both verified":  {object{"ca_cert_pem": serverCert.PEM + proxyCert.PEM}, nil},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartNamedIssuer(t)
				server := acctest.StartTLSServer(t, i, serverCert, clientCert, nil)
				var certificates atomic.Int64 // number of client certificates that the proxy received
				proxy := &optest.Proxy{To: strings.TrimPrefix(server.URL, "https://")}
				front := acctest.StartTLSServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					certificates.Add(int64(len(r.TLS.PeerCertificates)))
					proxy.ServeHTTP(w, r)
				}), proxyCert, nil, func(s *httptest.Server) { s.TLS.ClientAuth = tls.RequestClientCert })
				block := object{
					"issuer": "https://" + acctest.NamedHost, "key_json": string(i.World.Service.KeyJSON()), "proxy_url": front.URL,
					"client_cert_pem": clientCert.PEM, "client_key_pem": clientCert.KeyPEM,
				}
				maps.Copy(block, c.block)
				_, found := startConfigured(t, block).Read(kind, "zitadel_access_token", nil)
				checkCodes(t, found, c.codes...)
				if c.codes == nil && len(found) > 0 {
					t.Error(found)
				}
				if n := certificates.Load(); n != 0 {
					t.Errorf("the proxy received %d client certificates, want none", n)
				}
			})
		}
	}
}

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

// The provider applies the TLS arguments of the provider block.
func TestTransportArguments(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(50 * time.Minute)
	own, client := acctest.NewCertificate(t, acctest.NamedHost, soon), acctest.NewCertificate(t, "client.example", soon)
	stranger, expired := acctest.NewCertificate(
		t,
		"other.example",
		soon,
	), acctest.NewCertificate(
		t,
		acctest.NamedHost,
		time.Now().Add(-time.Minute),
	)
	mutual := func(client *optest.Certificate) object {
		return object{"ca_cert_pem": own.PEM, "client_cert_pem": client.PEM, "client_key_pem": client.KeyPEM}
	}
	// If the server closes the connection before the client has sent its request, the client
	// receives no TLS alert.
	const rejected = "client-certificate-rejected|connection-closed|connection-failed"
	old := func(s *httptest.Server) { s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }
	for name, c := range map[string]struct {
		own, clients *optest.Certificate
		configure    func(*httptest.Server)
		block        object
		codes        string   // alternatives, separated by |; "" if the request succeeds
		values       []string // expected in the TLS error
	}{
		"self-signed": {own, nil, nil, object{}, "certificate-untrusted", []string{"unknown authority"}},
		"ca_cert_pem": {own, nil, nil, object{"ca_cert_pem": own.PEM}, "", nil},
		"ca_cert_pem of another server": {
			own, nil, nil, object{"ca_cert_pem": stranger.PEM}, "certificate-untrusted", []string{"unknown authority"},
		},
		"not verified": {own, nil, nil, object{"insecure_skip_verify_tls": true}, "", nil},
		"verified":     {own, nil, nil, object{"insecure_skip_verify_tls": false}, "certificate-untrusted", nil},
		"wrong host name": {
			stranger, nil, nil, object{"ca_cert_pem": stranger.PEM},
			"certificate-untrusted", []string{"valid for other.example, not zitadel.example"},
		},
		"expired": {
			expired, nil, nil, object{"ca_cert_pem": expired.PEM}, "certificate-untrusted", []string{"has expired"},
		},
		"mutual":                    {own, client, nil, mutual(client), "", nil},
		"mutual, no certificate":    {own, client, nil, object{"ca_cert_pem": own.PEM}, rejected, nil},
		"mutual, other certificate": {own, client, nil, mutual(stranger), rejected, nil},
		"TLS 1.1": {
			own, nil, old, object{"ca_cert_pem": own.PEM}, "connection-failed", []string{"protocol version not supported"},
		},
		"TLS 1.1, not verified": {
			own, nil, old, object{"insecure_skip_verify_tls": true},
			"connection-failed", []string{"protocol version not supported"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := acctest.StartNamedIssuer(t)
			block := object{
				"issuer":      "https://" + acctest.NamedHost,
				"connect_url": acctest.StartTLSServer(t, i, c.own, c.clients, c.configure).URL,
				"key_json":    string(i.World.Service.KeyJSON()), "max_retries": 0,
			}
			maps.Copy(block, c.block)
			_, found := startConfigured(t, block).Read("data", "zitadel_access_token", nil)
			if c.codes == "" {
				if len(found) > 0 || i.Requests(optest.Token) != 1 || i.Last(optest.Token).Host != acctest.NamedHost {
					t.Errorf("%d requests to %q, %v", i.Requests(optest.Token), i.Last(optest.Token).Host, found)
				}
				return
			}
			if got := codesOf(found); len(got) != 1 || !slices.Contains(strings.Split(c.codes, "|"), got[0]) {
				t.Errorf("codes %q, want %s, in:\n%s", got, c.codes, found)
			}
			acctest.CheckContains(t, found, append(c.values, "ERROR", inResponse("none"))...)
			if i.Requests(optest.Discovery) != 0 || strings.Contains(found.String(), "PRIVATE KEY") {
				t.Errorf("%d requests, %v", i.Requests(optest.Discovery), found)
			}
		})
	}
}

// With connect_url, the provider connects to an instance at another address, with or without
// TLS, although the instance responds only to its own host name.
func TestConnectURL(t *testing.T) {
	t.Parallel()
	i := acctest.StartNamedIssuer(t)
	own := acctest.NewCertificate(t, acctest.NamedHost, time.Now().Add(50*time.Minute))
	named, withTLS := "https://"+acctest.NamedHost, acctest.StartTLSServer(t, i, own, nil, nil).URL
	for name, c := range map[string]struct {
		block object
		codes []string // nil if the request succeeds
	}{
		"with TLS":    {object{"issuer": named, "connect_url": withTLS, "ca_cert_pem": own.PEM}, nil},
		"without TLS": {object{"issuer": named, "connect_url": i.URL}, nil},
		"with domain": {object{"domain": acctest.NamedHost, "connect_url": i.URL}, nil},
		"with a port": {object{"issuer": named + ":8443", "connect_url": withTLS, "ca_cert_pem": own.PEM}, nil},
		"HTTP issuer": {
			object{"domain": acctest.NamedHost, "port": "8080", "insecure": true, "connect_url": i.URL}, nil,
		},
		"HTTP issuer over TLS": {
			object{
				"issuer": "http://" + acctest.NamedHost, "insecure": true,
				"connect_url": withTLS, "ca_cert_pem": own.PEM,
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

// The provider authenticates to the proxy with the password in proxy_url. No message contains
// the password.
func TestProxyURL(t *testing.T) {
	t.Parallel()
	const user = "ann:canary-password"
	soon := time.Now().Add(50 * time.Minute)
	own, proxyCert := acctest.NewCertificate(t, acctest.NamedHost, soon), acctest.NewCertificate(t, "127.0.0.1", soon)
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
				To:     strings.TrimPrefix(acctest.StartTLSServer(t, i, own, nil, nil).URL, "https://"),
				Reason: user,
			}
			front := httptest.NewServer(proxy)
			t.Cleanup(front.Close)
			if c.tls {
				front = acctest.StartTLSServer(t, proxy, proxyCert, nil, nil)
			}
			// Only the proxy can reach the host, and nothing can reach 192.0.2.1.
			for _, connect := range []any{nil, "https://192.0.2.1:8443"} {
				p := startConfigured(t, object{
					"issuer": "https://" + acctest.NamedHost, "connect_url": connect, "key_json": string(i.World.Service.KeyJSON()),
					"ca_cert_pem": own.PEM + proxyCert.PEM, "proxy_url": strings.Replace(front.URL, "://", "://"+c.user+"@", 1),
				})
				_, found := p.Read("data", "zitadel_access_token", nil)
				checkCodes(t, found, c.codes...)
				if c.codes == nil && len(found) > 0 {
					t.Error(found)
				}
				if c.codes != nil { // the message is about proxy_url, not about the environment
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
				t.Error("the server received the password of the proxy")
			}
		})
	}
}

// Neither insecure_skip_verify_tls nor the client certificate for mutual TLS applies to the
// connection to an HTTPS proxy.
func TestProxyTLS(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(50 * time.Minute)
	own, proxyCert, client := acctest.NewCertificate(
		t,
		acctest.NamedHost,
		soon,
	), acctest.NewCertificate(
		t,
		"127.0.0.1",
		soon,
	), acctest.NewCertificate(
		t,
		"client.example",
		soon,
	)
	for name, c := range map[string]struct {
		block object
		codes []string // nil if the request succeeds
	}{
		"not verified": {
			object{"insecure_skip_verify_tls": true, "ca_cert_pem": own.PEM}, []string{"proxy-certificate"},
		},
		"proxy verified":        {object{"insecure_skip_verify_tls": true, "ca_cert_pem": proxyCert.PEM}, nil},
		"certificates verified": {object{"ca_cert_pem": own.PEM + proxyCert.PEM}, nil},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := acctest.StartNamedIssuer(t)
				server := acctest.StartTLSServer(t, i, own, client, nil)
				var certificates atomic.Int64 // the client certificates that the proxy received
				proxy := &optest.Proxy{To: strings.TrimPrefix(server.URL, "https://")}
				front := acctest.StartTLSServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					certificates.Add(int64(len(r.TLS.PeerCertificates)))
					proxy.ServeHTTP(w, r)
				}), proxyCert, nil, func(s *httptest.Server) { s.TLS.ClientAuth = tls.RequestClientCert })
				block := object{
					"issuer": "https://" + acctest.NamedHost, "key_json": string(i.World.Service.KeyJSON()), "proxy_url": front.URL,
					"client_cert_pem": client.PEM, "client_key_pem": client.KeyPEM,
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

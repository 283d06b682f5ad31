package provider_test

import (
	"crypto/tls"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// domain is the host name of an instance that answers to no other.
const domain = "zitadel.example"

// named starts an issuer that answers only to its name.
func named(t *testing.T) *optest.Issuer {
	t.Helper()
	w := *world()
	w.Domain = domain
	return issuerOf(t, &w)
}

// certificate returns a certificate for a host.
func certificate(t *testing.T, host string, ends time.Time) *optest.Certificate {
	t.Helper()
	made, err := optest.NewCertificate(host, ends)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// secure puts TLS before a handler.
func secure(t *testing.T, handler http.Handler, own, clients *optest.Certificate, configure func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server, err := optest.StartTLSServer(handler, own, clients, configure)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// What the provider block says of TLS is what counts.
func TestTransportArguments(t *testing.T) {
	soon := time.Now().Add(50 * time.Minute)
	own, client := certificate(t, domain, soon), certificate(t, "client.example", soon)
	stranger, expired := certificate(t, "other.example", soon), certificate(t, domain, time.Now().Add(-time.Minute))
	old := func(s *httptest.Server) { s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }
	for name, c := range map[string]struct {
		own, clients *optest.Certificate
		configure    func(*httptest.Server)
		block        object
		words        []string // of an error; none if it works
	}{
		"self-signed":            {own, nil, nil, object{}, []string{"certificate is not trusted", "unknown authority", "ca_cert_pem"}},
		"ca_cert_pem":            {own, nil, nil, object{"ca_cert_pem": own.PEM}, nil},
		"ca_cert_pem, another":   {own, nil, nil, object{"ca_cert_pem": stranger.PEM}, []string{"certificate is not trusted", "ca_cert_pem"}},
		"not verified":           {own, nil, nil, object{"insecure_skip_verify_tls": true}, nil},
		"verified":               {own, nil, nil, object{"insecure_skip_verify_tls": false}, []string{"certificate is not trusted"}},
		"wrong host name":        {stranger, nil, nil, object{"ca_cert_pem": stranger.PEM}, []string{"valid for other.example, not zitadel.example", "issuer and connect_url"}},
		"expired":                {expired, nil, nil, object{"ca_cert_pem": expired.PEM}, []string{"has expired"}},
		"mutual":                 {own, client, nil, object{"ca_cert_pem": own.PEM, "client_cert_pem": client.PEM, "client_key_pem": client.KeyPEM}, nil},
		"mutual, no certificate": {own, client, nil, object{"ca_cert_pem": own.PEM}, []string{"Unable to"}},
		"mutual, another's":      {own, client, nil, object{"ca_cert_pem": own.PEM, "client_cert_pem": stranger.PEM, "client_key_pem": stranger.KeyPEM}, []string{"Unable to"}},
		"TLS 1.1":                {own, nil, old, object{"ca_cert_pem": own.PEM}, []string{"protocol version not supported"}},
		"TLS 1.1, not verified":  {own, nil, old, object{"insecure_skip_verify_tls": true}, []string{"protocol version not supported"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := named(t)
			block := object{
				"issuer": "https://" + domain, "connect_url": secure(t, i, c.own, c.clients, c.configure).URL,
				"key_json": string(i.World.Service.KeyJSON()), "max_retries": 0,
			}
			maps.Copy(block, c.block)
			_, found := configured(t, block).read("data", "zitadel_access_token", nil)
			if c.words == nil {
				if len(found) > 0 || i.Requests(optest.Token) != 1 || i.Last(optest.Token).Host != domain {
					t.Errorf("%d requests to %q, %v", i.Requests(optest.Token), i.Last(optest.Token).Host, found)
				}
				return
			}
			contains(t, found, append(c.words, "ERROR")...)
			if i.Requests(optest.Discovery) != 0 || strings.Contains(found.String(), "PRIVATE KEY") {
				t.Errorf("%d requests, %v", i.Requests(optest.Discovery), found)
			}
		})
	}
}

// An instance that answers only to its own host name is reached through another
// address by connect_url, with TLS and without.
func TestConnectURL(t *testing.T) {
	i := named(t)
	own := certificate(t, domain, time.Now().Add(50*time.Minute))
	withTLS := secure(t, i, own, nil, nil).URL
	for name, c := range map[string]struct {
		block object
		words []string
	}{
		"with TLS":            {object{"issuer": "https://" + domain, "connect_url": withTLS, "ca_cert_pem": own.PEM}, nil},
		"without TLS":         {object{"issuer": "https://" + domain, "connect_url": i.URL}, nil},
		"by domain":           {object{"domain": domain, "connect_url": i.URL}, nil},
		"with a port":         {object{"issuer": "https://" + domain + ":8443", "connect_url": withTLS, "ca_cert_pem": own.PEM}, nil},
		"http issuer":         {object{"domain": domain, "port": "8080", "insecure": true, "connect_url": i.URL}, nil},
		"http issuer by TLS":  {object{"issuer": "http://" + domain, "insecure": true, "connect_url": withTLS, "ca_cert_pem": own.PEM}, nil},
		"by its address":      {object{"issuer": i.URL}, []string{"no instance with this host name", "connect_url"}},
		"the wrong host name": {object{"issuer": "https://other.example", "connect_url": i.URL}, []string{"no instance with this host name", "issuer"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.block["key_json"] = string(i.World.Service.KeyJSON())
			_, found := configured(t, c.block).read("data", "zitadel_access_token", nil)
			if c.words == nil && len(found) > 0 {
				t.Error(found)
			}
			contains(t, found, c.words...)
		})
	}
}

// The proxy of proxy_url is used, with its password, which is not repeated.
func TestProxyURL(t *testing.T) {
	const user = "ann:canary-password"
	soon := time.Now().Add(50 * time.Minute)
	own, proxys := certificate(t, domain, soon), certificate(t, "127.0.0.1", soon)
	for name, c := range map[string]struct {
		user  string
		tls   bool
		words []string
	}{
		"http":           {user, false, nil},
		"https":          {user, true, nil},
		"wrong password": {"ann:canary-other", false, []string{"the proxy of proxy_url wants a user and a password", "407"}},
		"no password":    {"ann:", true, []string{"the proxy of proxy_url wants a user and a password", "407"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := named(t)
			proxy := &optest.Proxy{User: user, To: strings.TrimPrefix(secure(t, i, own, nil, nil).URL, "https://"), Reason: user}
			front := httptest.NewServer(proxy)
			t.Cleanup(front.Close)
			if c.tls {
				front = secure(t, proxy, proxys, nil, nil)
			}
			// Without the proxy there is no such host, and no such address with it.
			for _, connect := range []any{nil, "https://192.0.2.1:8443"} {
				p := configured(t, object{
					"issuer": "https://" + domain, "connect_url": connect, "key_json": string(i.World.Service.KeyJSON()),
					"ca_cert_pem": own.PEM + proxys.PEM, "proxy_url": strings.Replace(front.URL, "://", "://"+c.user+"@", 1),
				})
				_, found := p.read("data", "zitadel_access_token", nil)
				if c.words == nil && len(found) > 0 {
					t.Error(found)
				}
				contains(t, found, c.words...)
				if strings.Contains(found.String(), "canary") {
					t.Errorf("a secret is repeated:\n%s", found)
				}
			}
			if n := len(proxy.Seen()); n != 2 {
				t.Errorf("the proxy was asked %d times", n)
			}
			if sent := i.Last(optest.Token).Header; sent.Get("Proxy-Authorization") != "" {
				t.Error("the server was given the proxy's password")
			}
		})
	}
}

// Neither insecure_skip_verify_tls nor the certificate for mutual TLS applies to an
// HTTPS proxy.
func TestProxyTLS(t *testing.T) {
	soon := time.Now().Add(50 * time.Minute)
	own, proxys, client := certificate(t, domain, soon), certificate(t, "127.0.0.1", soon), certificate(t, "client.example", soon)
	for name, c := range map[string]struct {
		block object
		words []string
	}{
		"not verified":          {object{"insecure_skip_verify_tls": true, "ca_cert_pem": own.PEM}, []string{"proxy certificate is not trusted"}},
		"proxy verified":        {object{"insecure_skip_verify_tls": true, "ca_cert_pem": proxys.PEM}, nil},
		"certificates verified": {object{"ca_cert_pem": own.PEM + proxys.PEM}, nil},
	} {
		for _, kind := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				i := named(t)
				server := secure(t, i, own, client, nil)
				var certificates atomic.Int64 // of clients, at the proxy
				proxy := &optest.Proxy{To: strings.TrimPrefix(server.URL, "https://")}
				front := secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					certificates.Add(int64(len(r.TLS.PeerCertificates)))
					proxy.ServeHTTP(w, r)
				}), proxys, nil, func(s *httptest.Server) { s.TLS.ClientAuth = tls.RequestClientCert })
				block := object{
					"issuer": "https://" + domain, "key_json": string(i.World.Service.KeyJSON()), "proxy_url": front.URL,
					"client_cert_pem": client.PEM, "client_key_pem": client.KeyPEM,
				}
				maps.Copy(block, c.block)
				_, found := configured(t, block).read(kind, "zitadel_access_token", nil)
				if c.words == nil && len(found) > 0 {
					t.Error(found)
				}
				contains(t, found, c.words...)
				if n := certificates.Load(); n != 0 {
					t.Errorf("%d client certificates at the proxy", n)
				}
			})
		}
	}
}

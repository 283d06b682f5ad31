package zitadel_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// domain is the host name of an instance that answers to no other.
const domain = "zitadel.example"

// named starts an issuer that answers only to its name.
func named(t *testing.T) *optest.Issuer {
	t.Helper()
	w := *world()
	w.Domain = domain
	return startWorld(t, &w)
}

// certificate returns a certificate that is good for an hour.
func certificate(t *testing.T, host string) *optest.Certificate {
	t.Helper()
	return certificateUntil(t, host, time.Now().Add(50*time.Minute))
}

func certificateUntil(t *testing.T, host string, ends time.Time) *optest.Certificate {
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

// round makes a transport, whose connections end with the test.
func round(t *testing.T, transport oauth.Transport) http.RoundTripper {
	t.Helper()
	made, err := transport.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup((&http.Client{Transport: made}).CloseIdleConnections)
	return made
}

// connected returns a client of the issuer of that name that connects to url.
func connected(t *testing.T, url string, transport oauth.Transport) *oauth.Client {
	t.Helper()
	connect, err := oauth.ParseConnectURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return &oauth.Client{
		Issuer: "https://" + domain, ConnectURL: connect, Transport: round(t, transport),
		MaxRetries: 3, Sleep: newClient(t, "").Sleep, // a retry is an error
	}
}

// With connect_url the certificate is still the one of the issuer's name.
func TestTLS(t *testing.T) {
	t.Parallel()
	own, stranger, client := certificate(t, domain), certificate(t, "other.example"), certificate(t, "client.example")
	expired, early := certificateUntil(t, domain, time.Now().Add(-time.Minute)), certificateUntil(t, domain, time.Now().Add(2*time.Hour))
	untrusted, next := "certificate is not trusted", []string{"ca_cert_pem", "connect_url"}
	tests := map[string]struct {
		own, clients *optest.Certificate
		transport    oauth.Transport
		problem      string // "" if it works
		next         []string
	}{
		"trusted":                 {own, nil, oauth.Transport{ServerName: domain, CACertPEM: own.PEM}, "", nil},
		"one of several trusted":  {own, nil, oauth.Transport{ServerName: domain, CACertPEM: stranger.PEM + own.PEM}, "", nil},
		"authority with text":     {own, nil, oauth.Transport{ServerName: domain, CACertPEM: "# text around it\n" + own.PEM + "\n"}, "", nil},
		"not verified":            {stranger, nil, oauth.Transport{ServerName: domain, InsecureSkipVerify: true}, "", nil},
		"expired, not verified":   {expired, nil, oauth.Transport{ServerName: domain, InsecureSkipVerify: true}, "", nil},
		"client certificate":      {own, client, oauth.Transport{ServerName: domain, CACertPEM: own.PEM, ClientCertPEM: client.PEM, ClientKeyPEM: key.NewSecret(client.KeyPEM)}, "", nil},
		"unknown authority":       {own, nil, oauth.Transport{ServerName: domain}, untrusted, next},
		"another authority":       {own, nil, oauth.Transport{ServerName: domain, CACertPEM: stranger.PEM}, untrusted, next},
		"another host's":          {stranger, nil, oauth.Transport{ServerName: domain, CACertPEM: stranger.PEM}, "valid for other.example, not zitadel.example", next},
		"the name connected to":   {own, nil, oauth.Transport{CACertPEM: own.PEM}, untrusted, next},
		"expired":                 {expired, nil, oauth.Transport{ServerName: domain, CACertPEM: expired.PEM}, "has expired or is not yet valid", next},
		"not yet valid":           {early, nil, oauth.Transport{ServerName: domain, CACertPEM: early.PEM}, "has expired or is not yet valid", next},
		"no client certificate":   {own, client, oauth.Transport{ServerName: domain, CACertPEM: own.PEM}, "unable to", nil},
		"other client's":          {own, client, oauth.Transport{ServerName: domain, CACertPEM: own.PEM, ClientCertPEM: stranger.PEM, ClientKeyPEM: key.NewSecret(stranger.KeyPEM)}, "unable to", nil},
		"client's, not the other": {own, client, oauth.Transport{ServerName: domain, ClientCertPEM: client.PEM, ClientKeyPEM: key.NewSecret(client.KeyPEM)}, untrusted, next},
	}
	for what, test := range tests {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			issuer := named(t)
			server := secure(t, issuer, test.own, test.clients, nil)
			c := connected(t, server.URL, test.transport)
			if test.clients != nil {
				// Whether the alert or the end of the connection comes first is
				// chance, and only the latter is worth a retry.
				c.Sleep = (&waits{}).sleep
			}
			if test.problem == "" {
				accessToken(t, c, userSecret(), "openid")
				counts(t, issuer, discoveryAndToken)
				if sent := issuer.Last(optest.Token); sent.Host != domain || sent.Header.Get("X-Forwarded-Proto") != "https" {
					t.Errorf("host %q", sent.Host)
				}
				return
			}
			e := failed(t, calls[optest.Token](t, c))
			says(t, e.Error(), test.problem)
			says(t, strings.Join(e.Next, ""), test.next...)
			if test.next != nil && e.Attempts != 1 {
				t.Errorf("%d attempts", e.Attempts)
			}
			counts(t, issuer, nil)
		})
	}
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	own := certificate(t, domain)
	for what, test := range map[string]struct {
		version uint16
		good    bool
	}{"1.0": {tls.VersionTLS10, false}, "1.1": {tls.VersionTLS11, false}, "1.2": {tls.VersionTLS12, true}, "1.3": {tls.VersionTLS13, true}} {
		for verified, transport := range map[string]oauth.Transport{
			"verified": {ServerName: domain, CACertPEM: own.PEM}, "not verified": {ServerName: domain, InsecureSkipVerify: true},
		} {
			t.Run(what+"/"+verified, func(t *testing.T) {
				t.Parallel()
				issuer := named(t)
				server := secure(t, issuer, own, nil, func(s *httptest.Server) {
					s.TLS.MinVersion, s.TLS.MaxVersion = test.version, test.version
				})
				c := connected(t, server.URL, transport)
				if test.good {
					accessToken(t, c, userSecret(), "openid")
					return
				}
				e := failed(t, calls[optest.Token](t, c))
				says(t, e.Error(), "tls: protocol version not supported")
				if e.Attempts != 1 {
					t.Errorf("%d attempts", e.Attempts)
				}
				counts(t, issuer, nil)
			})
		}
	}
}

func TestNoTLSOnThePort(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, strings.Replace(issuer.URL, "http://", "https://", 1))
	c.Transport, c.MaxRetries = round(t, oauth.Transport{}), 3
	e := failed(t, calls[optest.Discovery](t, c))
	says(t, e.Error(), "does not speak TLS")
	says(t, strings.Join(e.Next, ""), "plain HTTP")
	if e.Attempts != 1 {
		t.Errorf("%d attempts", e.Attempts)
	}
}

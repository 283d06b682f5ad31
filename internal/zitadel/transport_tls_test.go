package zitadel_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// domain is the host name of the instances that startNamed starts.
const domain = "zitadel.example"

// startNamed starts an issuer that accepts only requests whose host is domain.
func startNamed(t *testing.T) *optest.Issuer {
	t.Helper()
	w := *world()
	w.Domain = domain
	return startWorld(t, &w)
}

// certificate returns a certificate for host that expires in 50 minutes.
func certificate(t *testing.T, host string) *optest.Certificate {
	t.Helper()
	return certificateUntil(t, host, time.Now().Add(50*time.Minute))
}

// certificateUntil returns a certificate for host that expires at the given time.
func certificateUntil(t *testing.T, host string, expiry time.Time) *optest.Certificate {
	t.Helper()
	c, err := optest.NewCertificate(host, expiry)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serveTLS starts a TLS server that is closed at the end of the test. See [optest.StartTLSServer] for
// the parameters.
func serveTLS(
	t *testing.T, handler http.Handler, serverCert, clientCert *optest.Certificate,
	configure func(*httptest.Server),
) *httptest.Server {
	t.Helper()
	server, err := optest.StartTLSServer(handler, serverCert, clientCert, configure)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// roundTripper returns the round tripper for a transport. The round tripper's idle connections are
// closed at the end of the test.
func roundTripper(t *testing.T, transport zitadel.Transport) http.RoundTripper {
	t.Helper()
	rt, err := transport.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup((&http.Client{Transport: rt}).CloseIdleConnections)
	return rt
}

// connectedClient returns a client for the issuer at domain. The client connects to url.
func connectedClient(t *testing.T, url string, transport zitadel.Transport) *zitadel.Client {
	t.Helper()
	connect, err := zitadel.ParseConnectURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return &zitadel.Client{
		Issuer: "https://" + domain, ConnectURL: connect, Transport: roundTripper(t, transport),
		MaxRetries: 3, Sleep: newClient(t, "").Sleep, // a retry is an error
	}
}

// TestTLS checks which server certificates the client accepts. Even with ConnectURL, the certificate
// must be valid for the issuer's host.
func TestTLS(t *testing.T) {
	t.Parallel()
	valid, stranger := certificate(t, domain), certificate(t, "other.example")
	client := certificate(t, "client.example")
	expired := certificateUntil(t, domain, time.Now().Add(-time.Minute))
	early := certificateUntil(t, domain, time.Now().Add(2*time.Hour))
	trusting := func(authorities string) zitadel.Transport {
		return zitadel.Transport{ServerName: domain, CACertPEM: authorities}
	}
	presenting := func(c *optest.Certificate, authorities string) zitadel.Transport {
		transport := trusting(authorities)
		transport.ClientCertPEM, transport.ClientKeyPEM = c.PEM, key.NewSecret(c.KeyPEM)
		return transport
	}
	unverified := zitadel.Transport{ServerName: domain, InsecureSkipVerify: true}
	const (
		success          = ""
		unknownAuthority = "certificate signed by unknown authority"
		otherHost        = "valid for other.example, not zitadel.example"
		connectedHost    = "127.0.0.1"
		otherTime        = "has expired or is not yet valid"
		anyError         = "*" // any fault
	)
	tests := map[string]struct {
		serverCert, clientCert *optest.Certificate
		transport              zitadel.Transport
		want                   string // part of the "error" value of the fault certificate-untrusted
	}{
		"trusted":                          {valid, nil, trusting(valid.PEM), success},
		"one of several trusted":           {valid, nil, trusting(stranger.PEM + valid.PEM), success},
		"authority with text":              {valid, nil, trusting("# text around it\n" + valid.PEM + "\n"), success},
		"not verified":                     {stranger, nil, unverified, success},
		"expired, not verified":            {expired, nil, unverified, success},
		"client certificate":               {valid, client, presenting(client, valid.PEM), success},
		"unknown authority":                {valid, nil, trusting(""), unknownAuthority},
		"different authority":              {valid, nil, trusting(stranger.PEM), unknownAuthority},
		"certificate for a different host": {stranger, nil, trusting(stranger.PEM), otherHost},
		"without ServerName":               {valid, nil, zitadel.Transport{CACertPEM: valid.PEM}, connectedHost},
		"expired":                          {expired, nil, trusting(expired.PEM), otherTime},
		"not yet valid":                    {early, nil, trusting(early.PEM), otherTime},
		"no client certificate":            {valid, client, trusting(valid.PEM), anyError},
		"different client certificate":     {valid, client, presenting(stranger, valid.PEM), anyError},
		"client, unknown authority":        {valid, client, presenting(client, ""), unknownAuthority},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := startNamed(t)
			server := serveTLS(t, issuer, test.serverCert, test.clientCert, nil)
			c := connectedClient(t, server.URL, test.transport)
			if test.clientCert != nil {
				// The client detects either the TLS alert or the closed connection first. It retries
				// the request only in the second case.
				c.Sleep = (&sleeps{}).sleep
			}
			if test.want == success {
				accessToken(t, c, userSecret(), "openid")
				checkRequests(t, issuer, discoveryAndToken)
				if sent := issuer.Last(optest.Token); sent.Host != domain || sent.Header.Get("X-Forwarded-Proto") != "https" {
					t.Errorf("the request has host %q and X-Forwarded-Proto %q, want %q and https",
						sent.Host, sent.Header.Get("X-Forwarded-Proto"), domain)
				}
				return
			}
			e := asError(t, calls[optest.Token](t, c))
			checkRequests(t, issuer, nil)
			if e.Problem == nil || !e.Unavailable {
				t.Fatalf("unexpected error: %+v", e)
			}
			if test.want == anyError {
				return
			}
			checkFaults(t, e.Problem, "certificate-untrusted")
			if text, _ := e.Problem.Values["error"].(string); !strings.Contains(text, test.want) || e.Attempts != 1 {
				t.Errorf("%d attempts and problem %v, want 1 attempt and %q", e.Attempts, e.Problem, test.want)
			}
		})
	}
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	serverCert := certificate(t, domain)
	for version, test := range map[string]struct {
		version     uint16
		isSupported bool
	}{
		"1.0": {tls.VersionTLS10, false}, "1.1": {tls.VersionTLS11, false},
		"1.2": {tls.VersionTLS12, true}, "1.3": {tls.VersionTLS13, true},
	} {
		for verified, transport := range map[string]zitadel.Transport{
			"verified":     {ServerName: domain, CACertPEM: serverCert.PEM},
			"not verified": {ServerName: domain, InsecureSkipVerify: true},
		} {
			t.Run(version+"/"+verified, func(t *testing.T) {
				t.Parallel()
				issuer := startNamed(t)
				server := serveTLS(t, issuer, serverCert, nil, func(s *httptest.Server) {
					s.TLS.MinVersion, s.TLS.MaxVersion = test.version, test.version
				})
				c := connectedClient(t, server.URL, transport)
				if test.isSupported {
					accessToken(t, c, userSecret(), "openid")
					return
				}
				e := asError(t, calls[optest.Token](t, c))
				checkFaults(t, e.Problem, "connection-failed")
				checkContains(t, e.Problem.Error(), "tls: protocol version not supported")
				if e.Attempts != 1 {
					t.Errorf("%d attempts, want 1", e.Attempts)
				}
				checkRequests(t, issuer, nil)
			})
		}
	}
}

func TestHTTPSToHTTPPort(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, strings.Replace(issuer.URL, "http://", "https://", 1))
	c.Transport, c.MaxRetries = roundTripper(t, zitadel.Transport{}), 3
	e := asError(t, calls[optest.Discovery](t, c))
	checkFaults(t, e.Problem, fmt.Sprintf(`tls-to-http-port connected_to="" target=%q`, hostPort(issuer.URL)))
	if e.Attempts != 1 {
		t.Errorf("%d attempts, want 1", e.Attempts)
	}
}

package oauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestCheckHeader(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"X-Api-Key": true, "CF-Access-Client-Id": true, "a": true, "x!#$%&'*+-.^_`|~1": true, "Cookie": true, "X-Forwarded-For": true,
		"Authorization": false, "authorization": false, "HOST": false, "content-type": false, "Content-Length": false,
		"Forwarded": false, "x-forwarded-proto": false,
		"": false, "X Key": false, "X:Key": false, "X-Key\r\nHost": false, "X-Ümlaut": false, "X\x00": false, "X(Y)": false, "X\"": false,
	}
	for name, good := range tests {
		err := oauth.CheckHeader(name)
		if (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\r\n\x00") {
			t.Errorf("%q: control characters in the message", name)
		}
	}
}

func TestCheckHeaderValue(t *testing.T) {
	t.Parallel()
	for value, good := range map[string]bool{
		"": true, "a b\tc": true, "ü": true, canary: true,
		canary + "\n": false, canary + "\r\nHost: x": false, canary + "\x00": false, canary + "\x7f": false,
	} {
		err := oauth.CheckHeaderValue(value)
		if (err == nil) != good {
			t.Errorf("%q: %v", value, err)
		}
		if err != nil {
			keeps(t, err.Error(), canary)
		}
	}
}

// pair is a self-signed certificate with its key.
type pair struct{ certificate, key string }

func newPair(t *testing.T, host string) pair {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: name, Bytes: bytes}))
	}
	return pair{write("CERTIFICATE", certificate), write("PRIVATE KEY", der)}
}

// secure puts TLS before an issuer, with the certificate of own. It asks for
// the certificate of client, if there is one.
func secure(t *testing.T, issuer *optest.Issuer, own pair, client *pair) *httptest.Server {
	t.Helper()
	certificate, err := tls.X509KeyPair([]byte(own.certificate), []byte(own.key))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(issuer)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if client != nil {
		server.TLS.ClientAuth, server.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		server.TLS.ClientCAs.AppendCertsFromPEM([]byte(client.certificate))
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// With connect_url the certificate is still the one of the issuer's name.
func TestTLS(t *testing.T) {
	t.Parallel()
	const host = "zitadel.example"
	w := *world()
	w.Domain = host
	own, stranger, client := newPair(t, host), newPair(t, "other.example"), newPair(t, "client.example")
	tests := map[string]struct {
		own       pair
		client    *pair
		transport oauth.Transport
		problem   string
		refused   bool
	}{
		"trusted":                 {own, nil, oauth.Transport{ServerName: host, CACertPEM: own.certificate}, "", false},
		"one of several trusted":  {own, nil, oauth.Transport{ServerName: host, CACertPEM: stranger.certificate + own.certificate}, "", false},
		"not verified":            {stranger, nil, oauth.Transport{ServerName: host, InsecureSkipVerify: true}, "", false},
		"client certificate":      {own, &client, oauth.Transport{ServerName: host, CACertPEM: own.certificate, ClientCertPEM: client.certificate, ClientKeyPEM: key.NewSecret(client.key)}, "", false},
		"unknown authority":       {own, nil, oauth.Transport{ServerName: host}, "certificate is not trusted", true},
		"another authority":       {own, nil, oauth.Transport{ServerName: host, CACertPEM: stranger.certificate}, "certificate is not trusted", true},
		"another host's":          {stranger, nil, oauth.Transport{ServerName: host, CACertPEM: stranger.certificate}, "certificate is not trusted", true},
		"the name connected to":   {own, nil, oauth.Transport{CACertPEM: own.certificate}, "certificate is not trusted", true},
		"no client certificate":   {own, &client, oauth.Transport{ServerName: host, CACertPEM: own.certificate}, "unable to", true},
		"other client's":          {own, &client, oauth.Transport{ServerName: host, CACertPEM: own.certificate, ClientCertPEM: stranger.certificate, ClientKeyPEM: key.NewSecret(stranger.key)}, "unable to", true},
		"authority is no problem": {own, nil, oauth.Transport{ServerName: host, CACertPEM: "# text around it\n" + own.certificate + "\n"}, "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := startWorld(t, &w)
			server := secure(t, issuer, test.own, test.client)
			connect, err := oauth.ParseConnectURL(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			transport, err := test.transport.RoundTripper()
			if err != nil {
				t.Fatal(err)
			}
			c := &oauth.Client{Issuer: "https://" + host, ConnectURL: connect, Transport: transport, MaxRetries: 3}
			if test.client == nil {
				c.Sleep = newClient(t, "").Sleep // none of this is retried
			} else {
				// Whether the alert or the end of the connection comes first is chance.
				c.Sleep = (&waits{}).sleep
			}
			if !test.refused {
				accessToken(t, c, userSecret(), "openid")
				counts(t, issuer, discoveryAndToken)
				if sent := issuer.Last(optest.Token); sent.Host != host || sent.Header.Get("X-Forwarded-Proto") != "https" {
					t.Errorf("host %q", sent.Host)
				}
				return
			}
			e := failed(t, calls[optest.Token](t, c))
			says(t, e.Error(), test.problem)
			if test.client == nil {
				if e.Attempts != 1 {
					t.Errorf("%d attempts", e.Attempts)
				}
				says(t, strings.Join(e.Next, ""), "ca_cert_pem", "connect_url")
			}
			counts(t, issuer, nil)
		})
	}
}

func TestNoTLSOnThePort(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	transport, err := oauth.Transport{}.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, strings.Replace(issuer.URL, "http://", "https://", 1))
	c.Transport, c.MaxRetries = transport, 3
	e := failed(t, calls[optest.Discovery](t, c))
	says(t, e.Error(), "does not speak TLS")
	says(t, strings.Join(e.Next, ""), "plain http")
	if e.Attempts != 1 {
		t.Errorf("%d attempts", e.Attempts)
	}
}

func TestTransportHeaders(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	transport, err := oauth.Transport{Headers: map[string]key.Secret{
		"x-api-key": key.NewSecret(canary), "CF-Access-Client-Id": key.NewSecret("id"),
	}}.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, issuer.URL)
	c.Transport = transport
	token := accessToken(t, c, userSecret(), projectScope())
	introspect(t, c, apiSecret(), token.AccessToken)
	for _, endpoint := range []optest.Endpoint{optest.Discovery, optest.Token, optest.Introspection} {
		sent := issuer.Last(endpoint).Header
		if sent.Get("X-Api-Key") != canary || sent.Get("Cf-Access-Client-Id") != "id" || len(sent.Values("X-Api-Key")) != 1 {
			t.Errorf("%s: the headers are not there", endpoint)
		}
	}
	refuse(issuer, optest.Token, optest.Fault{Status: 400, Body: "{}"})
	_, err = c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: userSecret()})
	keeps(t, everything(failed(t, err)), canary)
}

func TestProxy(t *testing.T) {
	t.Parallel()
	// To an http host a proxy is asked like a server, so the issuer can be one.
	issuer := start(t)
	proxy := strings.Replace(issuer.URL, "http://", "http://someone:"+canary+"@", 1)
	transport, err := oauth.Transport{ProxyURL: key.NewSecret(proxy)}.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, "http://127.0.0.1:9")
	c.Transport = transport
	accessToken(t, c, userSecret(), "openid")
	counts(t, issuer, discoveryAndToken)
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte("someone:"+canary))
	if sent := issuer.Last(optest.Token); sent.Host != "127.0.0.1:9" || sent.Header.Get("Proxy-Authorization") != want {
		t.Errorf("host %q", sent.Host)
	}
}

// A proxy that is not there: its password stays out of the message.
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
		transport, err := oauth.Transport{ProxyURL: key.NewSecret("http://someone:" + canary + "@" + listener.Addr().String())}.RoundTripper()
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, issuer)
		c.Transport = transport
		e := failed(t, calls[optest.Discovery](t, c))
		says(t, e.Error(), "the connection was refused")
		keeps(t, everything(e), canary)
	}
}

func TestTransportFaults(t *testing.T) {
	t.Parallel()
	one, other := newPair(t, "a"), newPair(t, "b")
	tests := map[string]struct {
		transport oauth.Transport
		argument  string
	}{
		"CA is no PEM":            {oauth.Transport{CACertPEM: canary}, "ca_cert_pem"},
		"CA is a key":             {oauth.Transport{CACertPEM: one.key}, "ca_cert_pem"},
		"client certificate":      {oauth.Transport{ClientCertPEM: canary, ClientKeyPEM: key.NewSecret(one.key)}, "client_cert_pem"},
		"client key":              {oauth.Transport{ClientCertPEM: one.certificate, ClientKeyPEM: key.NewSecret(canary)}, "client_cert_pem"},
		"no client key":           {oauth.Transport{ClientCertPEM: one.certificate}, "client_cert_pem"},
		"another key":             {oauth.Transport{ClientCertPEM: one.certificate, ClientKeyPEM: key.NewSecret(other.key)}, "client_cert_pem"},
		"proxy without scheme":    {oauth.Transport{ProxyURL: key.NewSecret("someone:" + canary + "@proxy:3128")}, "proxy_url"},
		"proxy of another scheme": {oauth.Transport{ProxyURL: key.NewSecret("ftp://someone:" + canary + "@proxy:3128")}, "proxy_url"},
		"proxy without host":      {oauth.Transport{ProxyURL: key.NewSecret("http:///" + canary)}, "proxy_url"},
		"proxy with a bad port":   {oauth.Transport{ProxyURL: key.NewSecret("http://someone:" + canary + "@proxy:port")}, "proxy_url"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.transport.RoundTripper()
			var fault *oauth.ArgumentError
			if !errors.As(err, &fault) || fault.Argument != test.argument {
				t.Fatalf("%v, want a fault of %s", err, test.argument)
			}
			says(t, err.Error(), test.argument+": ")
			keeps(t, err.Error(), canary)
		})
	}
}

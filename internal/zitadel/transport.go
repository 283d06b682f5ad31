package zitadel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Transport describes how to reach a server. The zero Transport verifies TLS with the
// system's certificate authorities, and uses the usual proxy variables.
type Transport struct {
	// ServerName is the host name that the server's certificate must be valid for; ""
	// is the host of the connection.
	ServerName         string
	CACertPEM          string // certificate authorities, beside the system's
	InsecureSkipVerify bool
	ClientCertPEM      string // for mutual TLS, with ClientKeyPEM
	ClientKeyPEM       key.Secret
	ProxyURL           key.Secret            // may contain a password
	Headers            map[string]key.Secret // added to every request

	// Dial connects to the server, without a proxy. nil uses a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// RoundTripper builds the transport. It connects to localhost and names below it on
// loopback addresses, never through a proxy. The error is a fault of one of its fields.
func (t Transport) RoundTripper() (http.RoundTripper, error) {
	authorities, err := t.authorities()
	if err != nil {
		return nil, err
	}
	config, err := t.tls(authorities)
	if err != nil {
		return nil, err
	}
	proxy, err := t.proxy()
	if err != nil {
		return nil, err
	}
	direct, proxied := pool(config), pool(config)
	direct.DialContext = onLoopback(t.Dial)
	proxied.Proxy, proxied.DialTLSContext, proxied.OnProxyConnectResponse = proxy, t.dialProxy(authorities), t.tunnel
	return &roundTripper{transport: t, proxy: proxy, direct: direct, proxied: proxied}, nil
}

const handshakeTimeout = 10 * time.Second

// pool returns a pool of connections: one for each request that an endpoint may receive
// at a time, and never more. Otherwise net/http would open one for each request that finds
// no idle connection, and most of them would never be used.
func pool(config *tls.Config) *http.Transport {
	return &http.Transport{
		TLSClientConfig:     config.Clone(), // net/http changes it
		ForceAttemptHTTP2:   true,
		MaxConnsPerHost:     maxInFlight,
		MaxIdleConns:        maxInFlight,
		MaxIdleConnsPerHost: maxInFlight,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: handshakeTimeout,

		// Without a ping, every attempt would wait for a connection that is dead.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},

		MaxResponseHeaderBytes: 64 << 10,
	}
}

// authorities returns the system's certificate authorities and those of CACertPEM;
// nil, which means those of the system, if CACertPEM is empty.
func (t Transport) authorities() (*x509.CertPool, error) {
	if t.CACertPEM == "" {
		return nil, nil
	}
	certificates, err := x509.SystemCertPool()
	if err != nil {
		certificates = x509.NewCertPool()
	}
	if !certificates.AppendCertsFromPEM([]byte(t.CACertPEM)) {
		return nil, fault.New("ca-certificate-missing")
	}
	return certificates, nil
}

// tls returns the TLS configuration for connections to the server.
func (t Transport) tls(authorities *x509.CertPool) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         t.ServerName,
		RootCAs:            authorities,
		InsecureSkipVerify: t.InsecureSkipVerify, //nolint:gosec // the field's name warns
	}
	if t.ClientCertPEM != "" {
		pair, err := tls.X509KeyPair([]byte(t.ClientCertPEM), []byte(t.ClientKeyPEM.Reveal()))
		if err != nil {
			return nil, fault.New("client-certificate-invalid")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// roundTripper sends requests with Transport.Headers, directly to the server or through the
// proxy that proxy returns.
type roundTripper struct {
	transport       Transport
	proxy           func(*http.Request) (*url.URL, error)
	direct, proxied *http.Transport
}

// RoundTrip implements [http.RoundTripper].
func (t *roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	proxy, err := t.proxy(r)
	if err != nil {
		return nil, err
	}
	if isLocalhost(r.URL.Hostname()) {
		proxy = nil // on this machine
	}
	connections := t.direct
	if proxy != nil {
		connections = t.proxied
		if r.URL.Scheme == "http" && r.Host != r.URL.Host && strings.HasPrefix(proxy.Scheme, "http") {
			return nil, errProxyHost
		}
	}
	r = r.Clone(r.Context())
	for name, value := range t.transport.Headers {
		r.Header.Set(name, value.Reveal())
	}
	received, err := connections.RoundTrip(r)
	var ofProxy *fault.Fault
	switch {
	case errors.As(err, &ofProxy):
		return nil, ofProxy // without the text that net/http adds
	case err != nil && errors.Is(r.Context().Err(), context.Canceled):
		// net/http continues to connect for a canceled request, because another request may
		// use the connection. This stops it.
		connections.CloseIdleConnections()
	case err == nil && proxy != nil && received.StatusCode == http.StatusProxyAuthRequired:
		_ = received.Body.Close()
		return nil, t.transport.refusedByProxy(received.StatusCode)
	}
	return received, err
}

// CloseIdleConnections closes the connections that no request uses.
func (t *roundTripper) CloseIdleConnections() {
	t.direct.CloseIdleConnections()
	t.proxied.CloseIdleConnections()
}

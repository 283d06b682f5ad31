package zitadel

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Transport describes how to reach a server. The zero Transport verifies certificates with the
// system's certificate authorities and uses the proxy that the environment specifies (see
// [http.ProxyFromEnvironment]).
type Transport struct {
	// ServerName is the host name for which the server's certificate must be valid. "" means
	// the host of the connection.
	ServerName         string
	CACertPEM          string // certificate authorities to trust in addition to the system's
	InsecureSkipVerify bool
	ClientCertPEM      string // for mutual TLS, with ClientKeyPEM
	ClientKeyPEM       key.Secret
	ProxyURL           key.Secret            // can contain a password
	Headers            map[string]key.Secret // added to every request

	// Dial connects to the server if no proxy is used. Nil means a net.Dialer.
	Dial dialer
}

// dialer opens a connection, like [net.Dialer.DialContext].
type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

// RoundTripper returns a transport with this configuration. The transport connects to localhost and
// its subdomains on the loopback addresses, never through a proxy. The error is a fault that
// describes an invalid field.
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
	proxied.Proxy, proxied.OnProxyConnectResponse = proxy, t.tunnel
	proxied.DialContext = tracked((&net.Dialer{}).DialContext)
	proxied.DialTLSContext = tracked(t.dialProxy(authorities))
	return &roundTripper{transport: t, proxy: proxy, direct: direct, proxied: proxied}, nil
}

const handshakeTimeout = 10 * time.Second

// pool returns a pool of connections. Its size is limited to the maximum number of requests that
// are sent to an endpoint at a time. Without a limit, net/http would open a connection for each
// request that finds no idle connection, and most of these connections would never be used.
func pool(config *tls.Config) *http.Transport {
	return &http.Transport{
		TLSClientConfig:     config.Clone(), // net/http modifies it
		ForceAttemptHTTP2:   true,
		MaxConnsPerHost:     maxInFlight,
		MaxIdleConns:        maxInFlight,
		MaxIdleConnsPerHost: maxInFlight,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: handshakeTimeout,

		// Without pings, every attempt would wait for a response on a dead connection.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},

		MaxResponseHeaderBytes: 64 << 10,
	}
}

// authorities returns the system's certificate authorities together with those in CACertPEM. If
// CACertPEM is empty, it returns nil, which means the system's certificate authorities.
func (t Transport) authorities() (*x509.CertPool, error) {
	if t.CACertPEM == "" {
		return nil, nil
	}
	certificates, err := x509.SystemCertPool()
	if err != nil {
		certificates = x509.NewCertPool()
	}
	// The repaired text also contains the certificates with line breaks. Adding them twice has no effect.
	isAdded := certificates.AppendCertsFromPEM([]byte(t.CACertPEM))
	if !certificates.AppendCertsFromPEM([]byte(key.RepairPEM(t.CACertPEM))) && !isAdded {
		return nil, fault.New("ca-certificate-missing", "form", formOfPEM(t.CACertPEM))
	}
	return certificates, nil
}

// formOfPEM returns "key" if text is a private key, "base64" if it is a PEM certificate that is
// encoded in base64, and "" otherwise.
func formOfPEM(text string) string {
	if strings.Contains(text, "PRIVATE KEY-----") {
		return "key"
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err == nil && bytes.Contains(decoded, []byte("-----BEGIN CERTIFICATE")) {
		return "base64"
	}
	return ""
}

// tls returns the TLS configuration for connections to the server.
func (t Transport) tls(authorities *x509.CertPool) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         t.ServerName,
		RootCAs:            authorities,
		InsecureSkipVerify: t.InsecureSkipVerify, //nolint:gosec // set explicitly by the caller
	}
	if t.ClientCertPEM != "" {
		pair, err := tls.X509KeyPair([]byte(t.ClientCertPEM), []byte(t.ClientKeyPEM.Reveal()))
		if err != nil {
			pair, err = tls.X509KeyPair(
				[]byte(key.RepairPEM(t.ClientCertPEM)), []byte(key.RepairPEM(t.ClientKeyPEM.Reveal())),
			)
		}
		if err != nil {
			return nil, fault.New("client-certificate-invalid")
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// roundTripper sends requests with Transport.Headers. It connects to the server directly, or
// through the proxy that the proxy function returns.
type roundTripper struct {
	transport       Transport
	proxy           proxyFunc
	direct, proxied *http.Transport
}

// RoundTrip implements [http.RoundTripper].
func (t *roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	proxy, err := t.proxy(r)
	if err != nil {
		return nil, err
	}
	connections, ctx, stage := t.direct, r.Context(), &progress{}
	if proxy != nil {
		connections, ctx = t.proxied, stage.track(ctx)
		if r.URL.Scheme == "http" && r.Host != r.URL.Host && strings.HasPrefix(proxy.Scheme, "http") {
			return nil, errProxyHost
		}
	}
	r = r.Clone(ctx)
	for name, value := range t.transport.Headers {
		r.Header.Set(name, value.Reveal())
	}
	received, err := connections.RoundTrip(r)
	var proxyFault *fault.Fault
	switch {
	case errors.As(err, &proxyFault):
		return nil, proxyFault // without the text that net/http adds
	case err != nil && errors.Is(r.Context().Err(), context.Canceled):
		// net/http keeps connecting after a request is canceled, because another request might use
		// the connection. CloseIdleConnections stops this.
		connections.CloseIdleConnections()
	case err != nil && proxy != nil:
		return nil, t.transport.proxyError(err, proxy, r, stage)
	case err == nil && proxy != nil && received.StatusCode == http.StatusProxyAuthRequired:
		_ = received.Body.Close()
		return nil, t.transport.refusedByProxy(received.StatusCode)
	}
	return received, err
}

// CloseIdleConnections closes the connections that are not in use.
func (t *roundTripper) CloseIdleConnections() {
	t.direct.CloseIdleConnections()
	t.proxied.CloseIdleConnections()
}

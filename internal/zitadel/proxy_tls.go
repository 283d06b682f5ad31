package zitadel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// proxyTLS returns the TLS configuration for connections to an HTTPS proxy. It shares only the
// certificate authorities with the configuration for the server: the client certificate is not sent
// to the proxy, and the proxy's certificate is always verified and must be valid for the proxy's
// host. HTTP/2 is not offered, because net/http cannot request a tunnel over HTTP/2.
func proxyTLS(authorities *x509.CertPool) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: authorities}
}

// dialProxy returns a function that connects to an HTTPS proxy. It converts TLS errors to faults
// that identify the proxy, because the errors of crypto/tls would look like errors of the server.
func (t Transport) dialProxy(authorities *x509.CertPool) dialer {
	dialer := &tls.Dialer{NetDialer: &net.Dialer{Timeout: handshakeTimeout}, Config: proxyTLS(authorities)}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		connection, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, t.proxyFailure(err)
		}
		return &proxyConnection{Conn: connection, transport: t}, nil
	}
}

// proxyConnection is a TLS connection to a proxy. Under TLS 1.3, a proxy rejects a client
// without a certificate only after the handshake, so Read returns the rejection.
type proxyConnection struct {
	net.Conn
	transport Transport
}

// Read implements [net.Conn].
func (c *proxyConnection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return n, c.transport.proxyFailure(err)
}

// proxyFailure converts a TLS error of a connection to a proxy into a fault. It returns any other
// error unchanged.
func (t Transport) proxyFailure(err error) error {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return fault.New("proxy-certificate", "error", certificate.Err.Error(), "from_environment", t.ProxyURL.Empty())
	case alert(err) != "":
		return fault.New("proxy-tls", "error", alert(err), "from_environment", t.ProxyURL.Empty())
	}
	return err
}

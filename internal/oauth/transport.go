package oauth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Transport says how to reach a server. The zero Transport verifies TLS with
// the system's certificate authorities and takes the usual proxy variables.
type Transport struct {
	// ServerName is the host whose certificate is expected if that is not the
	// one that is connected to.
	ServerName         string
	CACertPEM          string // certificate authorities, beside the system's
	InsecureSkipVerify bool
	ClientCertPEM      string // for mutual TLS, with ClientKeyPEM
	ClientKeyPEM       key.Secret
	ProxyURL           key.Secret            // may hold a password
	Headers            map[string]key.Secret // added to every request

	// Dial connects. A net.Dialer does if nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// reservedHeaders are the header names that requests carry of their own and that
// Transport.Headers may not name.
var reservedHeaders = []string{"Authorization", "Host", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-Proto", "Accept-Encoding", "Transfer-Encoding", "Connection"}

// CheckHeader returns an error for a name that Transport.Headers may not have:
// one that is set by the client itself, or that is no header name.
func CheckHeader(name string) error {
	if i := slices.IndexFunc(reservedHeaders, func(r string) bool { return strings.EqualFold(r, name) }); i >= 0 {
		return fmt.Errorf("%s is set by the provider itself; it may not be given", reservedHeaders[i])
	}
	token := func(r rune) bool {
		return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}
	if name == "" || strings.IndexFunc(name, func(r rune) bool { return !token(r) }) >= 0 {
		return fmt.Errorf("\"%s\" is not a header name (RFC 9110 section 5.1)", printable(name, 100))
	}
	return nil
}

// CheckHeaderValue returns an error for a value that no header may have. It
// does not quote it.
func CheckHeaderValue(value string) error {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New("a header's value may not hold line breaks or other control characters (a value from a file may need trimspace())")
	}
	return nil
}

// RoundTripper builds the transport. Connections are kept for as many requests
// at once as Terraform makes with -parallelism=100.
func (t Transport) RoundTripper() (http.RoundTripper, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         t.ServerName,
		InsecureSkipVerify: t.InsecureSkipVerify, //nolint:gosec // asked for by insecure_skip_verify_tls
	}
	if t.CACertPEM != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM([]byte(t.CACertPEM)) {
			return nil, &ArgumentError{Argument: "ca_cert_pem", Problem: "it holds no certificate: pass PEM blocks that begin with -----BEGIN CERTIFICATE-----"}
		}
		config.RootCAs = pool
	}
	if t.ClientCertPEM != "" {
		pair, err := tls.X509KeyPair([]byte(t.ClientCertPEM), []byte(t.ClientKeyPEM.Reveal()))
		if err != nil {
			return nil, &ArgumentError{Argument: "client_cert_pem", Problem: "it and client_key_pem are not the PEM of a certificate and of the private key that belongs to it"}
		}
		config.Certificates = []tls.Certificate{pair}
	}
	proxy, err := t.proxy()
	if err != nil {
		return nil, err
	}
	base := &http.Transport{
		Proxy:               proxy,
		DialContext:         t.Dial,
		TLSClientConfig:     config,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        100,
		MaxIdleConnsPerHost: 100,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,

		MaxResponseHeaderBytes: 64 << 10,
	}
	if len(t.Headers) == 0 {
		return base, nil
	}
	return &headerTransport{base: base, headers: t.Headers}, nil
}

// ArgumentError is a fault of one argument, by its name in HCL.
type ArgumentError struct{ Argument, Problem string }

// Error implements error.
func (e *ArgumentError) Error() string { return e.Argument + ": " + e.Problem }

// errProxy takes the place of net/http's own error, which may quote the proxy's
// URL with its password. Of most unusable variables net/http makes no error: it
// connects without a proxy.
var errProxy = errors.New("the proxy variables of the environment do not hold the URL of a proxy")

func (t Transport) proxy() (func(*http.Request) (*url.URL, error), error) {
	if t.ProxyURL.Empty() {
		return func(r *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(r)
			if err != nil {
				return nil, errProxy
			}
			return proxy, nil
		}, nil
	}
	proxy, err := url.Parse(t.ProxyURL.Reveal())
	if err != nil || proxy.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, proxy.Scheme) {
		return nil, &ArgumentError{Argument: "proxy_url", Problem: "it is not the URL of a proxy: write it like http://proxy.example:3128"}
	}
	return http.ProxyURL(proxy), nil
}

// headerTransport adds the practitioner's headers to each request.
type headerTransport struct {
	base    http.RoundTripper
	headers map[string]key.Secret
}

func (t *headerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	for name, value := range t.headers {
		r.Header.Set(name, value.Reveal())
	}
	return t.base.RoundTrip(r)
}

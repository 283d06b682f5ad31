package optest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"time"
)

// Certificate is a self-signed certificate and its private key, both in PEM form.
type Certificate struct{ PEM, KeyPEM string }

// NewCertificate returns a new certificate that a server or a client can use. The host is a
// host name or an IP address. The certificate becomes valid one hour before it expires.
func NewCertificate(host string, expires time.Time) (*Certificate, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host},
		NotBefore: expires.Add(-time.Hour), NotAfter: expires,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return nil, err
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	encode := func(blockType string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der}))
	}
	return &Certificate{encode("CERTIFICATE", certificate), encode("PRIVATE KEY", privateDER)}, nil
}

// StartTLSServer starts a TLS server for HTTP/1.1 and HTTP/2. The caller must close the
// server. If client is not nil, the server requires that certificate from its clients. If
// configure is not nil, it is called before the server starts.
func StartTLSServer(
	handler http.Handler, certificate, client *Certificate, configure func(*httptest.Server),
) (*httptest.Server, error) {
	pair, err := tls.X509KeyPair([]byte(certificate.PEM), []byte(certificate.KeyPEM))
	if err != nil {
		return nil, err
	}
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if client != nil {
		server.TLS.ClientAuth, server.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		server.TLS.ClientCAs.AppendCertsFromPEM([]byte(client.PEM))
	}
	if configure != nil {
		configure(server)
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // some tests make handshakes fail
	server.StartTLS()
	return server, nil
}

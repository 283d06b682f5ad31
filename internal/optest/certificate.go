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

// Certificate is a certificate that signed itself, with its key. Both are PEM.
type Certificate struct{ PEM, KeyPEM string }

// NewCertificate returns a certificate for servers and clients of the name host,
// a host name or an IP address, that lives for an hour up to ends.
func NewCertificate(host string, ends time.Time) (*Certificate, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host},
		NotBefore: ends.Add(-time.Hour), NotAfter: ends,
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
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	write := func(name string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: name, Bytes: bytes}))
	}
	return &Certificate{write("CERTIFICATE", certificate), write("PRIVATE KEY", der)}, nil
}

// Secure starts a server that speaks HTTP/1.1 and HTTP/2 over TLS, to be closed
// by the caller. It has the certificate own and, unless clients is nil, asks for
// that of clients. configure may change it before it starts, and may be nil.
func Secure(handler http.Handler, own, clients *Certificate, configure func(*httptest.Server)) (*httptest.Server, error) {
	pair, err := tls.X509KeyPair([]byte(own.PEM), []byte(own.KeyPEM))
	if err != nil {
		return nil, err
	}
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if clients != nil {
		server.TLS.ClientAuth, server.TLS.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		server.TLS.ClientCAs.AppendCertsFromPEM([]byte(clients.PEM))
	}
	if configure != nil {
		configure(server)
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.StartTLS()
	return server, nil
}

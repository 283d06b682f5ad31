package acctest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// World returns the organization, projects, users, applications and keys that all
// issuers of a run share, because generating keys is slow.
var World = sync.OnceValue(optest.NewWorld)

// ServiceKey returns the key JSON of the service account whose access tokens are opaque.
var ServiceKey = sync.OnceValue(func() string { return string(World().Service.KeyJSON()) })

// StartIssuer starts an issuer on the loopback interface. The issuer is closed when the test ends.
func StartIssuer(t testing.TB) *optest.Issuer {
	t.Helper()
	return StartIssuerOf(t, World())
}

// StartIssuerOf is like StartIssuer, but the issuer serves the given world.
func StartIssuerOf(t testing.TB, w *optest.World) *optest.Issuer {
	t.Helper()
	i, err := optest.Start(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	addSecretsOf(i)
	return i
}

// NewIssuer returns an issuer that does not listen on a port. Use a [Network] to connect
// it to a provider.
func NewIssuer() *optest.Issuer { return optest.New("http://127.0.0.1:8080", World()) }

// addSecretsOf makes an issuer call AddSecret for each secret that it receives or issues. It does
// nothing if no artifacts are collected.
func addSecretsOf(i *optest.Issuer) {
	if artifactFolder != "" {
		i.OnSecret(AddSecret)
	}
}

// NamedHost is the host name of the issuer that StartNamedIssuer starts.
const NamedHost = "zitadel.example"

// StartNamedIssuer starts an issuer that responds only to requests for NamedHost.
func StartNamedIssuer(t testing.TB) *optest.Issuer {
	t.Helper()
	w := *World()
	w.Domain = NamedHost
	return StartIssuerOf(t, &w)
}

// NewCertificate returns a self-signed certificate for a host. The certificate expires at the given
// time.
func NewCertificate(t testing.TB, host string, expires time.Time) *optest.Certificate {
	t.Helper()
	certificate, err := optest.NewCertificate(host, expires)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// StartTLSServer starts a server that serves handler over TLS with the given certificate, and
// closes the server when the test ends. If clientCert is not nil, clients must present that
// certificate. If configure is not nil, it is called with the server before the server starts.
func StartTLSServer(
	t testing.TB,
	handler http.Handler,
	certificate, clientCert *optest.Certificate,
	configure func(*httptest.Server),
) *httptest.Server {
	t.Helper()
	server, err := optest.StartTLSServer(handler, certificate, clientCert, configure)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

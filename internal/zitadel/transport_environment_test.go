package zitadel_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// The environment variables that configure TestInChild: the URL to connect to, the certificate
// authorities to trust, and the issuer. If no issuer is set, its host is the
// constant domain.
const connectVariable, authoritiesVariable, issuerVariable = "TEST_CONNECT", "TEST_AUTHORITIES", "TEST_ISSUER"

// The first word that TestInChild prints.
const succeeded, failed = "SUCCEEDED", "FAILED"

// runChild runs TestInChild in a new process with additional environment variables and returns the
// output. A new process is necessary because net/http and crypto/x509 read the environment only
// once.
func runChild(t *testing.T, environment ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestInChild$")
	command.Env = append(os.Environ(), "HTTP_PROXY=", "http_proxy=", "HTTPS_PROXY=", "https_proxy=",
		"NO_PROXY=", "no_proxy=", "GORACE=atexit_sleep_ms=0")
	command.Env = append(command.Env, environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, output)
	}
	return string(output)
}

// TestInChild requests a discovery document and prints the result. It is skipped unless runChild
// starts it.
func TestInChild(t *testing.T) {
	url := os.Getenv(connectVariable)
	if url == "" {
		t.Skip("this test runs only in a process that runChild starts")
	}
	transport := zitadel.Transport{ServerName: domain, CACertPEM: os.Getenv(authoritiesVariable)}
	c := connectedClient(t, url, transport)
	c.Redact, c.MaxRetries = transport.Secrets(), 0
	if issuer := os.Getenv(issuerVariable); issuer != "" {
		c.Issuer, c.ConnectURL = issuer, nil
	}
	if _, err := c.Configuration(t.Context()); err != nil {
		fmt.Println(failed, allText(asError(t, err)))
		return
	}
	fmt.Println(succeeded)
}

// TestSystemAuthorities checks that the system's certificate authorities are trusted, whether or not
// Transport.CACertPEM contains additional ones.
func TestSystemAuthorities(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the test requires Linux, where SSL_CERT_FILE replaces the system's certificate authorities")
	}
	serverCert, other := certificate(t, domain), certificate(t, domain)
	server := serveTLS(t, startNamed(t), serverCert, nil, nil)
	folder := t.TempDir()
	for name, test := range map[string]struct{ system, want string }{
		"trusted":   {serverCert.PEM, succeeded},
		"untrusted": {other.PEM, "certificate-untrusted "},
	} {
		system := filepath.Join(folder, name+".pem")
		if err := os.WriteFile(system, []byte(test.system), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, more := range []string{"", other.PEM} {
			t.Run(fmt.Sprintf("%s/%t", name, more != ""), func(t *testing.T) {
				t.Parallel()
				output := runChild(t, "SSL_CERT_FILE="+system, "SSL_CERT_DIR="+t.TempDir(),
					connectVariable+"="+server.URL, authoritiesVariable+"="+more)
				checkContains(t, output, test.want)
			})
		}
	}
}

// TestProxyVariables checks that, without Transport.ProxyURL, the client uses the proxy that the usual
// environment variables specify, except for loopback addresses.
func TestProxyVariables(t *testing.T) {
	t.Parallel()
	issuer := startNamed(t)
	serverCert, proxyCert := certificate(t, domain), certificate(t, "127.0.0.1")
	// On Linux, a connection to 0.0.0.0 reaches this machine, although 0.0.0.0 is not a loopback
	// address.
	withoutLoopback := func(url string) string { return strings.Replace(url, "127.0.0.1", "0.0.0.0", 1) }
	w := *world()
	w.Domain = "0.0.0.0"
	noTLS, other := withoutLoopback(startWorld(t, &w).URL), withoutLoopback(issuer.URL)
	loopback := serveTLS(t, issuer, serverCert, nil, nil).URL
	withTLS := withoutLoopback(loopback)
	const user, wrongUser = "someone:" + canary + "@", "someone:" + canary + "2@"
	ok := []string{succeeded}
	for name, test := range map[string]struct {
		url, user string
		https     bool   // whether the proxy uses TLS
		variable  string // the name of the variable that contains the proxy's URL
		no, more  string // the value of NO_PROXY, and the assignment of an additional variable
		requests  int    // number of requests to the proxy
		want      []string
	}{
		"http":                         {noTLS, user, false, "HTTP_PROXY", "", "", 1, ok},
		"lower case":                   {noTLS, user, false, "http_proxy", "", "", 1, ok},
		"https":                        {withTLS, user, false, "HTTPS_PROXY", "", "", 1, ok},
		"https through https proxy":    {withTLS, user, true, "HTTPS_PROXY", "", "", 1, ok},
		"other variable, http":         {noTLS, user, false, "HTTPS_PROXY", "", "", 0, ok},
		"other variable, https":        {withTLS, user, false, "HTTP_PROXY", "", "", 0, ok},
		"NO_PROXY, http":               {noTLS, user, false, "HTTP_PROXY", "0.0.0.0", "", 0, ok},
		"NO_PROXY, https":              {withTLS, user, false, "HTTPS_PROXY", "z.example,0.0.0.0/8", "", 0, ok},
		"NO_PROXY, https proxy":        {withTLS, user, true, "HTTPS_PROXY", "*", "", 0, ok},
		"NO_PROXY for other hosts":     {withTLS, user, false, "HTTPS_PROXY", "z.example", "", 1, ok},
		"NO_PROXY for the issuer only": {withTLS, user, false, "HTTPS_PROXY", domain, "", 1, ok},
		"no TLS to ConnectURL": {
			other, user, false, "HTTP_PROXY", "", "", 0, []string{failed, "\nproxy-connect-url "},
		},
		"no TLS to ConnectURL, NO_PROXY": {other, user, false, "HTTP_PROXY", "0.0.0.0", "", 0, ok},
		"loopback":                       {loopback, user, false, "HTTPS_PROXY", "", "", 0, ok},
		"wrong password": {
			withTLS, wrongUser, false, "HTTPS_PROXY", "", "", 1,
			[]string{failed, "proxy-authentication from_environment=true status=407"},
		},
		// In a CGI script, net/http rejects HTTP_PROXY, because a client could set this variable with a
		// Proxy header.
		"CGI script": {
			noTLS, user, false, "HTTP_PROXY", "", "REQUEST_METHOD=GET", 0, []string{failed, "\nproxy-variables "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := &optest.Proxy{User: proxyUser}
			front := serve(t, proxy)
			if test.https {
				front = serveTLS(t, proxy, proxyCert, nil, nil)
			}
			issuer := ""
			if test.url == noTLS {
				issuer = noTLS
			}
			output := runChild(t, "NO_PROXY="+test.no, test.more,
				test.variable+"="+strings.Replace(front.URL, "://", "://"+test.user, 1),
				connectVariable+"="+test.url, issuerVariable+"="+issuer,
				authoritiesVariable+"="+serverCert.PEM+proxyCert.PEM)
			checkContains(t, output, test.want...)
			checkOmits(t, output, canary)
			if n := len(proxy.Seen()); n != test.requests {
				t.Errorf("%d requests to the proxy, want %d", n, test.requests)
			}
		})
	}
}

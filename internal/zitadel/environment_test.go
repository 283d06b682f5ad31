package zitadel_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// These variables say to the process that asked starts what it connects to, what
// it trusts, and which issuer it asks if that is not domain's.
const connectsTo, trusts, asks = "TEST_CONNECTS_TO", "TEST_TRUSTS", "TEST_ASKS"

// asked asks for a discovery document in a process with this environment, since
// what net/http and crypto/x509 take from it they read once.
func asked(t *testing.T, environment ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAsk$")
	command.Env = append(os.Environ(), "HTTP_PROXY=", "http_proxy=", "HTTPS_PROXY=", "https_proxy=", "NO_PROXY=", "no_proxy=", "GORACE=atexit_sleep_ms=0")
	command.Env = append(command.Env, environment...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, output)
	}
	return string(output)
}

// TestAsk is the other half of asked.
func TestAsk(t *testing.T) {
	url := os.Getenv(connectsTo)
	if url == "" {
		t.Skip("only in a process that another test starts")
	}
	transport := oauth.Transport{ServerName: domain, CACertPEM: os.Getenv(trusts)}
	c := connected(t, url, transport)
	c.Redact = transport.Secrets()
	if issuer := os.Getenv(asks); issuer != "" {
		c.Issuer, c.ConnectURL = issuer, nil
	}
	if _, err := c.Configuration(t.Context()); err != nil {
		fmt.Println("FAILED", everything(failed(t, err)))
		return
	}
	fmt.Println("FOUND")
}

// The authorities of ca_cert_pem count beside those of the system.
func TestSystemAuthorities(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("there is no variable for the authorities of this system")
	}
	own, other := certificate(t, domain), certificate(t, domain)
	server := secure(t, named(t), own, nil, nil)
	system := filepath.Join(t.TempDir(), "system.pem")
	for trusted, want := range map[string]string{own.PEM: "FOUND", other.PEM: "certificate is not trusted"} {
		if err := os.WriteFile(system, []byte(trusted), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, more := range []string{"", other.PEM} {
			says(t, asked(t, "SSL_CERT_FILE="+system, "SSL_CERT_DIR="+t.TempDir(), connectsTo+"="+server.URL, trusts+"="+more), want)
		}
	}
}

// Without proxy_url the usual proxy variables count, but for a loopback address.
func TestProxyVariables(t *testing.T) {
	t.Parallel()
	issuer := named(t)
	own, proxys := certificate(t, domain), certificate(t, "127.0.0.1")
	// This address leads to this machine, and is none of the loopback interface.
	near := func(url string) string { return strings.Replace(url, "127.0.0.1", "0.0.0.0", 1) }
	w := *world()
	w.Domain = "0.0.0.0"
	noTLS, withTLS, other := near(startWorld(t, &w).URL), secure(t, issuer, own, nil, nil).URL, near(issuer.URL)
	const in, wrong = "someone:" + canary + "@", "someone:" + canary + "2@"
	for what, test := range map[string]struct {
		url, user          string
		https              bool // the proxy
		variable, no, more string
		asked              int // of the proxy
		says               []string
	}{
		"http":                        {noTLS, in, false, "HTTP_PROXY", "", "", 1, []string{"FOUND"}},
		"lower case":                  {noTLS, in, false, "http_proxy", "", "", 1, []string{"FOUND"}},
		"https":                       {near(withTLS), in, false, "HTTPS_PROXY", "", "", 1, []string{"FOUND"}},
		"https by https":              {near(withTLS), in, true, "HTTPS_PROXY", "", "", 1, []string{"FOUND"}},
		"other variable, http":        {noTLS, in, false, "HTTPS_PROXY", "", "", 0, []string{"FOUND"}},
		"other variable, https":       {near(withTLS), in, false, "HTTP_PROXY", "", "", 0, []string{"FOUND"}},
		"NO_PROXY, http":              {noTLS, in, false, "HTTP_PROXY", "0.0.0.0", "", 0, []string{"FOUND"}},
		"NO_PROXY, https":             {near(withTLS), in, false, "HTTPS_PROXY", "z.example,0.0.0.0/8", "", 0, []string{"FOUND"}},
		"NO_PROXY, https by https":    {near(withTLS), in, true, "HTTPS_PROXY", "*", "", 0, []string{"FOUND"}},
		"NO_PROXY for another":        {near(withTLS), in, false, "HTTPS_PROXY", "z.example", "", 1, []string{"FOUND"}},
		"NO_PROXY for the name alone": {near(withTLS), in, false, "HTTPS_PROXY", domain, "", 1, []string{"FOUND"}},
		"no TLS to connect_url":       {other, in, false, "HTTP_PROXY", "", "", 0, []string{"FAILED", "connect_url", "NO_PROXY"}},
		"the same, NO_PROXY":          {other, in, false, "HTTP_PROXY", "0.0.0.0", "", 0, []string{"FOUND"}},
		"loopback":                    {withTLS, in, false, "HTTPS_PROXY", "", "", 0, []string{"FOUND"}},
		"wrong password":              {near(withTLS), wrong, false, "HTTPS_PROXY", "", "", 1, []string{"FAILED", "the proxy of the environment wants a user", "HTTPS_PROXY"}},
		// The one case in which net/http refuses the variables: who asks a CGI
		// script can set this one by a header.
		"script": {noTLS, in, false, "HTTP_PROXY", "", "REQUEST_METHOD=GET", 0, []string{"FAILED", "proxy variables of the environment", "proxy_url"}},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			proxy := &optest.Proxy{User: proxyUser}
			front := serving(t, proxy)
			if test.https {
				front = secure(t, proxy, proxys, nil, nil)
			}
			issuer := ""
			if test.url == noTLS {
				issuer = noTLS
			}
			output := asked(t, "NO_PROXY="+test.no, test.variable+"="+strings.Replace(front.URL, "://", "://"+test.user, 1), test.more,
				connectsTo+"="+test.url, asks+"="+issuer, trusts+"="+own.PEM+proxys.PEM)
			says(t, output, test.says...)
			keeps(t, output, canary)
			if n := len(proxy.Seen()); n != test.asked {
				t.Errorf("the proxy was asked %d times, want %d", n, test.asked)
			}
		})
	}
}

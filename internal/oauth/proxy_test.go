package oauth_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// asksByProxy marks the process that TestProxyVariables starts.
const asksByProxy = "TEST_ASKS_BY_PROXY"

// TestAskByProxy is the other half of TestProxyVariables: net/http reads the
// variables once in a process.
func TestAskByProxy(t *testing.T) {
	if os.Getenv(asksByProxy) == "" {
		t.Skip("only in a process that TestProxyVariables starts")
	}
	transport, err := oauth.Transport{}.RoundTripper()
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, "http://z.example")
	c.Transport, c.MaxRetries = transport, 3
	if _, err := c.Configuration(t.Context()); err != nil {
		fmt.Println("FAILED", everything(failed(t, err)))
		return
	}
	fmt.Println("FOUND")
}

// Without proxy_url the usual proxy variables count.
func TestProxyVariables(t *testing.T) {
	t.Parallel()
	w := *world()
	w.Domain = "z.example"
	issuer := startWorld(t, &w)
	ask := func(proxy string, more ...string) string {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAskByProxy$")
		command.Env = append(os.Environ(), asksByProxy+"=1", "HTTP_PROXY="+proxy, "http_proxy="+proxy, "NO_PROXY=", "no_proxy=", "GORACE=atexit_sleep_ms=0")
		command.Env = append(command.Env, more...)
		output, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s", err, output)
		}
		return string(output)
	}
	says(t, ask(issuer.URL), "FOUND")
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})

	// The one case in which net/http refuses them: who asks a CGI script can set
	// this variable by a header.
	output := ask(strings.Replace(issuer.URL, "http://", "http://someone:"+canary+"@", 1), "REQUEST_METHOD=GET")
	says(t, output, "FAILED", "proxy variables of the environment", "proxy_url")
	keeps(t, output, canary)
	counts(t, issuer, map[optest.Endpoint]int{optest.Discovery: 1})
}

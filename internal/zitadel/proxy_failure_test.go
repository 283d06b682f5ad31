package zitadel_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestProxyRefuses checks that, if a proxy refuses to connect to the server, the error contains the
// status of the proxy's response but not its text, and that the request is repeated only if the
// proxy might connect later.
func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	const authentication = "proxy-authentication from_environment=false status=407"
	const https, wrongPassword = "https://" + domain, "someone:" + canary + "2"
	for name, test := range map[string]struct {
		user, url string
		status    int // of the proxy's response; 0 if the proxy would connect
		attempts  int
		want      string
	}{
		"wrong password, tunnel":   {wrongPassword, https, 0, 1, authentication},
		"wrong password, no TLS":   {wrongPassword, "http://" + domain, 0, 1, authentication},
		"forbidden":                {proxyUser, https, 403, 1, "proxy-refused from_environment=false status=403"},
		"unexpected 2xx status":    {proxyUser, https, 299, 1, "proxy-refused from_environment=false status=299"},
		"too many requests":        {proxyUser, https, 429, 4, "proxy-unavailable from_environment=false status=429"},
		"server cannot be reached": {proxyUser, https, 502, 4, "proxy-unavailable from_environment=false status=502"},
		"server is slow":           {proxyUser, https, 504, 4, "proxy-unavailable from_environment=false status=504"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := startNamed(t)
			proxy := &optest.Proxy{
				To: hostPort(issuer.URL), User: proxyUser, Refusal: test.status, Reason: "not for " + canary,
			}
			var attempts []zitadel.Attempt
			transport := zitadel.Transport{ProxyURL: withUser(test.user, serve(t, proxy).URL)}
			c := connectedClient(t, "http://unused.example", transport)
			c.Issuer, c.ConnectURL, c.Sleep = test.url, nil, (&sleeps{}).sleep
			c.Log = func(_ context.Context, a zitadel.Attempt) { attempts = append(attempts, a) }
			e := asError(t, calls[optest.Discovery](t, c))
			if e.Problem == nil || e.Problem.Error() != test.want {
				t.Errorf("got %v, want %s", e, test.want)
			}
			text := allText(e) + fmt.Sprintf("%+v", attempts)
			checkOmits(t, text, canary, base64.StdEncoding.EncodeToString([]byte(test.user)))
			if e.Attempts != test.attempts || len(attempts) != test.attempts || len(proxy.Seen()) != test.attempts {
				t.Errorf("%d attempts, %d logged, and %d requests to the proxy; want %d of each",
					e.Attempts, len(attempts), len(proxy.Seen()), test.attempts)
			}
			checkRequests(t, issuer, nil)
		})
	}
}

// proxyServer starts a server that passes each connection to handle, and closes the connection when
// handle returns. It returns the server's host and port.
func proxyServer(t *testing.T, handle func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				handle(connection)
			}()
		}
	}()
	return listener.Addr().String()
}

// socks returns a function for proxyServer that implements a SOCKS5 proxy (RFC 1928). The proxy
// requires no password and responds with the given code. If the code is 0, it connects to target. If
// the code is 255, it accepts no authentication method.
func socks(code byte, target string) func(net.Conn) {
	return func(client net.Conn) {
		request := make([]byte, 300)
		_, _ = client.Read(request)
		if code == 255 {
			_, _ = client.Write([]byte{5, 255})
			return
		}
		_, _ = client.Write([]byte{5, 0})
		_, _ = client.Read(request)
		_, _ = client.Write([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0})
		if code != 0 {
			return
		}
		server, err := net.Dial("tcp", target)
		if err != nil {
			return
		}
		defer server.Close()
		go func() { _, _ = io.Copy(server, client) }()
		_, _ = io.Copy(client, server)
	}
}

// TestProxyFailure checks that a proxy failure is attributed to the proxy, whether or not the proxy
// and the server use TLS, and that the error contains the proxy's address but not its password. It
// also checks that a failure of the server behind the proxy is not attributed to the proxy.
func TestProxyFailure(t *testing.T) {
	t.Parallel()
	write := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = c.Read(make([]byte, 1))
			_, _ = io.WriteString(c, text)
		}
	}
	closed := proxyServer(t, func(net.Conn) {})
	silent := proxyServer(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	banner := proxyServer(t, write("SSH-2.0-"+canary+"\r\n"))
	plain := hostPort(serve(t, &optest.Proxy{}).URL)
	alert := proxyServer(t, write("\x15\x03\x01\x00\x02\x02\x28"))
	refusing, rejecting := proxyServer(t, socks(5, "")), proxyServer(t, socks(255, ""))
	untrusted := serveTLS(t, startNamed(t), certificate(t, domain), nil, nil).URL
	const (
		http, https, socks5 = "http", "https", "socks5"
		retried, permanent  = 2, 1
	)
	all, both := []string{http, https, socks5}, []string{http, https}
	for name, test := range map[string]struct {
		proxy    string   // host and port
		schemes  []string // of the proxy
		issuers  []string // schemes of the issuer
		want     string   // codes of the fault and its reason
		attempts int
	}{
		"refused":            {"127.0.0.1:1", all, both, "proxy-unreachable connection-refused", retried},
		"unknown host":       {"proxy..invalid:3128", all, both, "proxy-unreachable host-unresolved", retried},
		"unreachable":        {"255.255.255.255:3128", all, both, "proxy-unreachable connection-failed", retried},
		"invalid port":       {"127.0.0.1:99999", all, both, "proxy-unreachable connection-failed", retried},
		"closed":             {closed, all, both, "proxy-unreachable connection-closed", retried},
		"silent during TLS":  {silent, []string{https}, both, "proxy-unreachable timeout", retried},
		"silent":             {silent, []string{http, socks5}, both, "timeout", retried},
		"not a proxy":        {banner, []string{http}, []string{https}, "proxy-unreachable connection-failed", retried},
		"without TLS":        {plain, []string{https}, both, "proxy-without-tls", permanent},
		"requires TLS":       {alert, []string{http}, both, "proxy-requires-tls", permanent},
		"SOCKS, refused":     {refusing, []string{socks5}, both, "proxy-socks", retried},
		"SOCKS, no password": {rejecting, []string{socks5}, both, "proxy-socks", retried},
	} {
		for _, scheme := range test.schemes {
			for _, issuer := range test.issuers {
				t.Run(name+"/"+scheme+" proxy/"+issuer+" issuer", func(t *testing.T) {
					t.Parallel()
					transport := zitadel.Transport{ProxyURL: withUser(proxyUser, scheme+"://"+test.proxy)}
					c := newClient(t, issuer+"://z.example")
					c.Transport, c.Redact, c.Sleep = roundTripper(t, transport), transport.Secrets(), (&sleeps{}).sleep
					c.MaxRetries = 1
					if issuer == https { // an address that only the proxy connects to
						c.ConnectURL = &url.URL{Scheme: https, Host: "10.0.0.1"}
					}
					if strings.Contains(test.want, "timeout") {
						c.RequestTimeout = 50 * time.Millisecond
					}
					e := asError(t, calls[optest.Discovery](t, c))
					if got := codes(faultsIn(e.Problem)); got != test.want || e.Attempts != test.attempts {
						t.Errorf("codes %q, want %q; %d attempts, want %d: %v", got, test.want, e.Attempts, test.attempts, e)
					}
					checkContains(t, e.Problem.Error(), "from_environment=false", `proxy="`+test.proxy+`"`)
					checkOmits(t, allText(e), canary)
					if test.want != "timeout" {
						checkOmits(t, e.Problem.Error(), "10.0.0.1")
					}
				})
			}
		}
	}
	for _, scheme := range all {
		t.Run("server behind "+scheme+" proxy", func(t *testing.T) {
			t.Parallel()
			proxy, proxyCert := &optest.Proxy{To: hostPort(untrusted)}, certificate(t, "127.0.0.1")
			front := map[string]func() string{
				http:   func() string { return serve(t, proxy).URL },
				https:  func() string { return serveTLS(t, proxy, proxyCert, nil, nil).URL },
				socks5: func() string { return "socks5://" + proxyServer(t, socks(0, hostPort(untrusted))) },
			}[scheme]()
			c := newClient(t, "https://"+domain)
			c.Transport = roundTripper(t, zitadel.Transport{ProxyURL: key.NewSecret(front), CACertPEM: proxyCert.PEM})
			e := asError(t, calls[optest.Discovery](t, c))
			if got := codes(faultsIn(e.Problem)); got != "certificate-untrusted" {
				t.Errorf("codes %q, want certificate-untrusted: %v", got, e)
			}
		})
	}
}

// TestFailingProxyInEnvironment checks that a proxy failure is attributed to the environment if an
// environment variable specifies the proxy.
func TestFailingProxyInEnvironment(t *testing.T) {
	t.Parallel()
	for issuer, variable := range map[string]string{"http://z.example": "HTTP_PROXY", "https://z.example": "HTTPS_PROXY"} {
		for _, scheme := range []string{"", "http://", "https://", "socks5://"} {
			output := runChild(t, variable+"="+scheme+proxyUser+"@127.0.0.1:1",
				issuerVariable+"="+issuer, connectVariable+"="+issuer)
			checkContains(t, output, failed, "proxy-unreachable from_environment=true", "127.0.0.1:1", "connection-refused")
			checkOmits(t, output, canary)
		}
	}
}

// TestEchoingProxy checks that no error contains the proxy password, even if the proxy responds in
// place of the server and repeats the password.
func TestEchoingProxy(t *testing.T) {
	t.Parallel()
	encoded := base64.StdEncoding.EncodeToString([]byte(proxyUser))
	for _, echo := range []string{canary, proxyUser, encoded} {
		proxy := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `{"error":"denied","error_description":"not for %s"}`, echo)
		}))
		transport := zitadel.Transport{ProxyURL: withUser(proxyUser, proxy.URL)}
		c := newClient(t, "http://"+domain)
		c.Transport, c.Redact = roundTripper(t, transport), transport.Secrets()
		e := asError(t, calls[optest.Discovery](t, c))
		checkContains(t, e.Description, "not for [redacted]")
		checkOmits(t, allText(e), canary, encoded)
	}
}

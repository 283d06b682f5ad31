package zitadel

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// errProxyVariables replaces the error of net/http, which may quote the proxy's URL with
// its password. For most invalid variables net/http returns no error: it connects without
// a proxy.
var errProxyVariables = fault.New("proxy-variables")

// errProxyHost is the error of a proxied request over plain HTTP that should reach
// Client.ConnectURL. A proxy receives the URL of the Host that the server should see, and
// would forward the request there, unprotected (RFC 9112 section 3.2.2).
var errProxyHost = fault.New("proxy-connect-url")

// isProxyFault reports whether err is due to the configuration of a proxy, so that it
// would occur again with each request.
func isProxyFault(err error) bool {
	return fault.Is(err, "proxy-variables", "proxy-connect-url", "proxy-authentication", "proxy-refused",
		"proxy-certificate", "proxy-tls")
}

func (t Transport) proxy() (func(*http.Request) (*url.URL, error), error) {
	if t.ProxyURL.Empty() {
		return func(r *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(r)
			if err != nil {
				return nil, errProxyVariables
			}
			return proxy, nil
		}, nil
	}
	proxy, err := url.Parse(t.ProxyURL.Reveal())
	if err != nil || proxy.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, proxy.Scheme) {
		return nil, fault.New("proxy-url-invalid")
	}
	return http.ProxyURL(proxy), nil
}

// tunnel checks a proxy's response to CONNECT. net/http would quote its text, which
// may contain the password.
func (t Transport) tunnel(_ context.Context, _ *url.URL, _ *http.Request, received *http.Response) error {
	if received.StatusCode == http.StatusOK {
		return nil
	}
	return t.refusedByProxy(received.StatusCode)
}

// refusedByProxy returns the error of a proxy that does not connect to the server.
func (t Transport) refusedByProxy(status int) *fault.Fault {
	code := "proxy-refused"
	switch {
	case status == http.StatusProxyAuthRequired:
		code = "proxy-authentication"
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		code = "proxy-unavailable" // it may connect later
	}
	return fault.New(code, "status", status, "from_environment", t.ProxyURL.Empty())
}

// proxyVariables are the environment variables of proxies that net/http uses.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// Secrets returns the texts of the transport that no error may contain.
func (t Transport) Secrets() []key.Secret {
	var secrets []key.Secret
	for _, value := range t.Headers {
		secrets = append(secrets, value)
	}
	proxies := []string{t.ProxyURL.Reveal()}
	if t.ProxyURL.Empty() {
		proxies = nil
		for _, name := range proxyVariables {
			proxies = append(proxies, os.Getenv(name))
		}
	}
	for _, proxy := range proxies {
		if !strings.Contains(proxy, "://") {
			proxy = "http://" + proxy
		}
		// A URL without a user is not secret. A proxy receives user and password in
		// base64, and may repeat that in its response.
		if u, err := url.Parse(proxy); err == nil && u.User != nil {
			password, _ := u.User.Password()
			for _, text := range []string{proxy, password, u.User.Username() + ":" + password} {
				secrets = append(secrets, key.NewSecret(text))
			}
		}
	}
	return secrets
}

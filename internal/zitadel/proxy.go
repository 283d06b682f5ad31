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

// errProxyVariables replaces net/http's error for invalid proxy variables, which may quote the
// proxy's URL with its password. For most invalid variables, net/http returns no error and
// connects without a proxy.
var errProxyVariables = fault.New("proxy-variables")

// errProxyHost is returned for a plain HTTP request to Client.ConnectURL that would go through
// a proxy. The proxy would receive the Host of the issuer as the target, and would forward the
// request there instead of to ConnectURL, without protection (RFC 9112 section 3.2.2).
var errProxyHost = fault.New("proxy-connect-url")

// isProxyFault reports whether err is caused by the configuration of a proxy, so that every
// request would fail in the same way.
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

// tunnel checks a proxy's response to CONNECT. Its error replaces that of net/http, which would
// quote the text of the response. The text may contain the password.
func (t Transport) tunnel(_ context.Context, _ *url.URL, _ *http.Request, received *http.Response) error {
	if received.StatusCode == http.StatusOK {
		return nil
	}
	return t.refusedByProxy(received.StatusCode)
}

// refusedByProxy returns the error for a proxy that responds with status instead of connecting
// to the server.
func (t Transport) refusedByProxy(status int) *fault.Fault {
	code := "proxy-refused"
	switch {
	case status == http.StatusProxyAuthRequired:
		code = "proxy-authentication"
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		code = "proxy-unavailable" // a later attempt may succeed
	}
	return fault.New(code, "status", status, "from_environment", t.ProxyURL.Empty())
}

// proxyVariables are the environment variables from which net/http takes proxy URLs.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// Secrets returns the texts in the transport's configuration that no error may contain.
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
		// A URL without a user contains no secret. A proxy receives the user name and the
		// password in base64, and its response may repeat them in this form.
		if u, err := url.Parse(proxy); err == nil && u.User != nil {
			password, _ := u.User.Password()
			for _, text := range []string{proxy, password, u.User.Username() + ":" + password} {
				secrets = append(secrets, key.NewSecret(text))
			}
		}
	}
	return secrets
}

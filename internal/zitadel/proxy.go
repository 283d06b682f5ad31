package zitadel

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// errProxyVariables is returned if the proxy variables are invalid. It replaces net/http's error,
// which might quote the proxy's URL with its password. For most invalid variables, net/http returns
// no error and connects without a proxy.
var errProxyVariables = fault.New("proxy-variables")

// errProxyHost is returned for a plain HTTP request to Client.ConnectURL that would go through a
// proxy. The proxy would receive the issuer's host as the target (RFC 9112 section 3.2.2), and
// would forward the request there, unencrypted, instead of to ConnectURL.
var errProxyHost = fault.New("proxy-connect-url")

// isProxyFault reports whether the configuration of a proxy caused err, so that every request would
// fail in the same way.
func isProxyFault(err error) bool {
	return fault.Is(err, "proxy-variables", "proxy-connect-url", "proxy-authentication", "proxy-refused",
		"proxy-certificate", "proxy-tls")
}

// proxyFunc returns the URL of the proxy for a request, or nil if the request uses no proxy.
type proxyFunc = func(*http.Request) (*url.URL, error)

// proxy returns the function that selects the proxy for a request: ProxyURL or, if it is empty, the
// proxy in the environment. Requests to localhost and its subdomains use no proxy. proxy fails if
// ProxyURL is invalid, and the function fails if the environment variables are invalid.
func (t Transport) proxy() (proxyFunc, error) {
	choose := func(r *http.Request) (*url.URL, error) {
		proxy, err := http.ProxyFromEnvironment(r)
		if err != nil || proxy != nil && isMisread(proxy) || proxy == nil && ignoresProxy(r.URL) {
			return nil, errProxyVariables
		}
		return proxy, nil
	}
	if !t.ProxyURL.Empty() {
		proxy, err := url.Parse(t.ProxyURL.Reveal())
		if err != nil || proxy.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, proxy.Scheme) ||
			isMisread(proxy) {
			return nil, fault.New("proxy-url-invalid")
		}
		choose = http.ProxyURL(proxy)
	}
	return func(r *http.Request) (*url.URL, error) {
		if isLocalhost(r.URL.Hostname()) {
			return nil, nil
		}
		return choose(r)
	}, nil
}

// isMisread reports whether the host in a parsed proxy URL is not the one that the user meant. If a
// proxy URL is invalid, net/http parses it again with an additional http:// in front, so the host
// of http://proxy:port becomes "http". If a password contains a character that ends the host, such
// as a slash, the host becomes the user name.
func isMisread(proxy *url.URL) bool {
	rest := proxy.Path + proxy.RawQuery + proxy.Fragment
	isScheme := slices.Contains([]string{"http", "https", "socks5"}, proxy.Host)
	return proxy.Hostname() == "" || (isScheme || strings.HasSuffix(proxy.Host, ":")) && rest != "" ||
		strings.Contains(rest, "@")
}

// ignoresProxy reports whether net/http connects to target directly because the variable that
// contains the proxy's URL is invalid, for example because its value ends with a line break.
func ignoresProxy(target *url.URL) bool {
	config := httpproxy.FromEnvironment()
	if target.Scheme == "https" && config.HTTPSProxy == "" || target.Scheme == "http" && config.HTTPProxy == "" {
		return false
	}
	config.HTTPProxy, config.HTTPSProxy = "http://proxy.example", "http://proxy.example"
	proxy, _ := config.ProxyFunc()(target) // nil if NO_PROXY contains the host
	return proxy != nil
}

// tunnel checks a proxy's response to CONNECT. Its error replaces that of net/http, which would
// quote the response text. That text might contain the password.
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
		code = "proxy-unavailable" // a later attempt might succeed
	}
	return fault.New(code, "status", status, "from_environment", t.ProxyURL.Empty())
}

// proxyVariables lists the environment variables from which net/http reads proxy URLs.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// Secrets returns the strings in the transport's configuration that must not appear in errors.
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
		// A URL without a user contains no secret. A proxy receives the user name and the password
		// in base64, and its response might repeat them in this form.
		if u, err := url.Parse(proxy); err == nil && u.User != nil {
			password, _ := u.User.Password()
			for _, text := range []string{proxy, password, u.User.Username() + ":" + password} {
				secrets = append(secrets, key.NewSecret(text))
			}
		}
	}
	return secrets
}

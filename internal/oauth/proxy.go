package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// proxyFault is what is wrong with how a proxy is set. It comes again each time.
type proxyFault string

// Error implements error.
func (e proxyFault) Error() string { return string(e) }

// Is makes each of them errProxy.
func (e proxyFault) Is(target error) bool { return target == errProxy }

const (
	// errProxy takes the place of net/http's own error, which may quote the
	// proxy's URL with its password. Of most unusable variables net/http makes no
	// error: it connects without a proxy.
	errProxy proxyFault = "the proxy variables of the environment do not hold the URL of a proxy"
	// A proxy is asked for the URL of the Host that the server is to see, and
	// would take the request there, unprotected (RFC 9112 section 3.2.2).
	errProxyHost proxyFault = "a proxy takes plain http to the issuer's own host and not to connect_url: use https there, or name its host in NO_PROXY and leave proxy_url out"
)

func (t Transport) proxy() (func(*http.Request) (*url.URL, error), error) {
	if t.ProxyURL.Empty() {
		return func(r *http.Request) (*url.URL, error) {
			proxy, err := http.ProxyFromEnvironment(r)
			if err != nil {
				return nil, errProxy
			}
			return proxy, nil
		}, nil
	}
	proxy, err := url.Parse(t.ProxyURL.Reveal())
	if err != nil || proxy.Host == "" || !slices.Contains([]string{"http", "https", "socks5"}, proxy.Scheme) {
		return nil, &ArgumentError{Argument: "proxy_url", Problem: "it is not the URL of a proxy: write it like http://proxy.example:3128"}
	}
	return http.ProxyURL(proxy), nil
}

// tunnel looks at a proxy's answer to CONNECT. net/http would quote its text,
// which may be the password.
func (t Transport) tunnel(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	return t.refusedByProxy(response.StatusCode)
}

// refusedByProxy is the error of a proxy that does not connect to the server.
func (t Transport) refusedByProxy(status int) error {
	problem := "does not connect to the server"
	if status == http.StatusProxyAuthRequired {
		problem = "wants a user and a password, or other ones"
	}
	problem = fmt.Sprintf("the proxy of %s %s (status %d)", t.proxySource(), problem, status)
	if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		return errors.New(problem) // it may do so later
	}
	return proxyFault(problem)
}

// proxySource returns what configures the proxy, as messages name it.
func (t Transport) proxySource() string {
	if t.ProxyURL.Empty() {
		return "the environment"
	}
	return "proxy_url"
}

// proxyVariables name proxies. net/http knows no others.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}

// Secrets are the texts of the transport that no message may repeat.
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
		// Without a password it is an address as others are. With one, a proxy is
		// sent user and password in base64, and may say so.
		if at, err := url.Parse(proxy); err == nil && at.User != nil {
			password, _ := at.User.Password()
			secrets = append(secrets, key.NewSecret(proxy), key.NewSecret(password), key.NewSecret(at.User.Username()+":"+password))
		}
	}
	return secrets
}

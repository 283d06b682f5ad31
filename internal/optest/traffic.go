package optest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// Endpoint names an endpoint of an [Issuer].
type Endpoint string

// The endpoints for [Issuer.Requests], [Issuer.Last] and [Issuer.Fail].
const (
	Discovery     Endpoint = "discovery"
	JWKS          Endpoint = "jwks"
	Token         Endpoint = "token"
	Introspection Endpoint = "introspection"
	UserInfo      Endpoint = "userinfo"
	Revocation    Endpoint = "revocation"
	Ready         Endpoint = "ready"
)

// The paths of these endpoints.
const (
	discoveryPath     = "/.well-known/openid-configuration"
	jwksPath          = "/oauth/v2/keys"
	tokenPath         = "/oauth/v2/token"
	introspectionPath = "/oauth/v2/introspect"
	userInfoPath      = "/oidc/v1/userinfo"
	revocationPath    = "/oauth/v2/revoke"
	readyPath         = "/debug/ready"
)

// endpointByPath returns the endpoint with this path, or "" if there is none.
func endpointByPath(path string) Endpoint {
	switch path {
	case discoveryPath:
		return Discovery
	case jwksPath:
		return JWKS
	case tokenPath:
		return Token
	case introspectionPath:
		return Introspection
	case userInfoPath:
		return UserInfo
	case revocationPath:
		return Revocation
	case readyPath:
		return Ready
	}
	return ""
}

// Request is a request that an issuer has received. Form contains the parameters of the query
// string and, if the body is a form, of the body.
type Request struct {
	Method string
	Host   string
	Header http.Header
	Form   url.Values
}

// traffic counts the requests to each endpoint and stores the latest one.
type traffic struct {
	limiter Limiter

	mu       sync.Mutex
	counts   map[Endpoint]int
	last     map[Endpoint]Request
	onSecret func(description, secret string)
}

// Requests returns the number of requests to e so far, including those that failed
// with a [Fault].
func (i *Issuer) Requests(e Endpoint) int {
	i.traffic.mu.Lock()
	defer i.traffic.mu.Unlock()
	return i.traffic.counts[e]
}

// Last returns the latest request to e, or the zero Request if there was none.
func (i *Issuer) Last(e Endpoint) Request {
	i.traffic.mu.Lock()
	defer i.traffic.mu.Unlock()
	last := i.traffic.last[e]
	last.Header, last.Form = last.Header.Clone(), maps.Clone(last.Form)
	return last
}

// OnSecret sets a function that is called with a description and the text of each secret that
// the issuer receives or issues from now on. Calls can be concurrent, and the same secret can
// be reported several times.
func (i *Issuer) OnSecret(report func(description, secret string)) {
	i.traffic.mu.Lock()
	defer i.traffic.mu.Unlock()
	i.traffic.onSecret = report
}

// reportSecret calls the function that was passed to OnSecret, if any, unless the secret is
// empty.
func (t *traffic) reportSecret(description, secret string) {
	t.mu.Lock()
	report := t.onSecret
	t.mu.Unlock()
	if report != nil && secret != "" {
		report(description, secret)
	}
}

// reportSecrets reports the secrets in a request.
func (t *traffic) reportSecrets(r *http.Request) {
	for _, parameter := range []string{
		"assertion", "client_assertion", "client_secret", "token", "subject_token", "actor_token",
	} {
		for _, value := range r.Form[parameter] {
			t.reportSecret("parameter "+parameter, value)
		}
	}
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		header := r.Header.Get(name)
		if token, ok := strings.CutPrefix(header, "Bearer "); ok {
			t.reportSecret("token in a Bearer header", token)
		}
		basic := http.Request{Header: http.Header{"Authorization": {header}}}
		if id, secret, ok := basic.BasicAuth(); ok {
			t.reportSecret("secret in a Basic header", secret)
			// Skip the groups of four characters that encode the ID and the colon. The last of
			// them can also encode the first one or two characters of the secret.
			t.reportSecret("encoded secret in a Basic header", header[len("Basic ")+(len(id)+3)/3*4:])
		}
	}
}

// record counts a request and stores its content. The body of r can still be read
// afterwards.
func (t *traffic) record(e Endpoint, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("reading the request body: %w", err)
	}
	// Parse a copy, because net/http reports an invalid form only on the first call of
	// ParseForm, and the zitadel/oidc library must get that error.
	parsed := r.Clone(r.Context())
	parsed.Body = io.NopCloser(bytes.NewReader(body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	_ = parsed.ParseForm() // the library reports an invalid form to the client
	t.reportSecrets(parsed)

	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[e]++
	t.last[e] = Request{Method: r.Method, Host: r.Host, Header: parsed.Header, Form: parsed.Form}
	return nil
}

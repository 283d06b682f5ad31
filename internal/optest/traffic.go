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

// The endpoints that count requests and can fail on demand.
const (
	Discovery     Endpoint = "discovery"
	JWKS          Endpoint = "jwks"
	Token         Endpoint = "token"
	Introspection Endpoint = "introspection"
	UserInfo      Endpoint = "userinfo"
	Revocation    Endpoint = "revocation"
	Ready         Endpoint = "ready"
)

// The paths of those endpoints.
const (
	discoveryPath     = "/.well-known/openid-configuration"
	jwksPath          = "/oauth/v2/keys"
	tokenPath         = "/oauth/v2/token"
	introspectionPath = "/oauth/v2/introspect"
	userInfoPath      = "/oidc/v1/userinfo"
	revocationPath    = "/oauth/v2/revoke"
	readyPath         = "/debug/ready"
)

// endpointOf returns the endpoint with this path, or "" for any other path.
func endpointOf(path string) Endpoint {
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

// Request is what an issuer was asked. Form has the parameters of the body and
// of the query string; it is empty if the body is not a form.
type Request struct {
	Method string
	Host   string
	Header http.Header
	Form   url.Values
}

// traffic counts the requests to each endpoint and keeps the latest.
type traffic struct {
	limiter Limiter

	mu      sync.Mutex
	counts  map[Endpoint]int
	last    map[Endpoint]Request
	witness func(what, secret string)
}

// Requests returns how many requests reached e so far, including those that
// were answered with a fault.
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

// Witness lets saw be told of each secret that the issuer is sent or gives from
// now on: what it is, and the secret itself, which may be told of many times.
// It is called by many goroutines at once.
func (i *Issuer) Witness(saw func(what, secret string)) {
	i.traffic.mu.Lock()
	defer i.traffic.mu.Unlock()
	i.traffic.witness = saw
}

// tell tells the witness, if there is one, of a secret, if there is one.
func (t *traffic) tell(what, secret string) {
	t.mu.Lock()
	witness := t.witness
	t.mu.Unlock()
	if witness != nil && secret != "" {
		witness(what, secret)
	}
}

// tellOf tells of the secrets in a request.
func (t *traffic) tellOf(r *http.Request) {
	for _, parameter := range []string{
		"assertion", "client_assertion", "client_secret", "token", "subject_token", "actor_token",
	} {
		for _, value := range r.Form[parameter] {
			t.tell("parameter "+parameter, value)
		}
	}
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		header := r.Header.Get(name)
		if token, ok := strings.CutPrefix(header, "Bearer "); ok {
			t.tell("token of a Bearer header", token)
		}
		asked := http.Request{Header: http.Header{"Authorization": {header}}}
		if id, secret, ok := asked.BasicAuth(); ok {
			t.tell("secret of a Basic header", secret)
			// As it is sent, without the letters that stand for the id.
			t.tell("secret in a Basic header", header[len("Basic ")+(len(id)+3)/3*4:])
		}
	}
}

// record counts a request and keeps what was sent. It leaves r's body unread
// for whoever serves the request.
func (t *traffic) record(e Endpoint, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("reading the request body: %w", err)
	}
	// The copy is parsed in place of r: a second attempt to parse a form that
	// is broken succeeds, and the library would miss the error.
	parsed := r.Clone(r.Context())
	parsed.Body = io.NopCloser(bytes.NewReader(body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	_ = parsed.ParseForm() // the library reports a broken form to the client
	t.tellOf(parsed)

	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[e]++
	t.last[e] = Request{Method: r.Method, Host: r.Host, Header: parsed.Header, Form: parsed.Form}
	return nil
}

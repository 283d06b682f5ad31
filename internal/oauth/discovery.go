package oauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Configuration is what an issuer says of itself (OpenID Connect Discovery 1.0
// section 3). Every endpoint has the issuer's origin.
type Configuration struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	IntrospectionEndpoint string `json:"introspection_endpoint"`
	UserinfoEndpoint      string `json:"userinfo_endpoint"`
	RevocationEndpoint    string `json:"revocation_endpoint"`
	EndSessionEndpoint    string `json:"end_session_endpoint"`
	DeviceEndpoint        string `json:"device_authorization_endpoint"`
	JWKSURI               string `json:"jwks_uri"`

	ScopesSupported     []string `json:"scopes_supported"`
	GrantTypesSupported []string `json:"grant_types_supported"`

	JSON string `json:"-"` // the document as it came
}

const discoveryPath = "/.well-known/openid-configuration"

// Configuration returns the issuer's discovery document. It is fetched once.
func (c *Client) Configuration(ctx context.Context) (*Configuration, error) {
	always := func(*Configuration, int64) bool { return true }
	return c.discovery.get(ctx, struct{}{}, always, c.fetchConfiguration)
}

func (c *Client) fetchConfiguration(ctx context.Context) (*Configuration, error) {
	q := c.call("read OpenID configuration", http.MethodGet, c.Issuer+discoveryPath)
	a, err := c.document(ctx, &q, "discovery document")
	if err != nil {
		return nil, err
	}
	var configuration Configuration
	if err := decodeObject(a.body, &configuration); err != nil {
		return nil, q.malformed(a, "not a usable discovery document: "+err.Error())
	}
	if e := c.checkConfiguration(&q, a, &configuration); e != nil {
		return nil, e
	}
	configuration.JSON = string(a.body)
	return &configuration, nil
}

// document asks for what an issuer tells everybody, and calls it name in errors.
func (c *Client) document(ctx context.Context, q *call, name string) (*answer, error) {
	a, err := c.send(ctx, q)
	if err != nil {
		return nil, err
	}
	if a.status != http.StatusOK {
		e := q.refusal(a)
		e.Next = []string{checkIssuer}
		return nil, e
	}
	if !a.isJSON() {
		return nil, q.malformed(a, "not a "+name+a.kind())
	}
	return a, nil
}

// checkConfiguration refuses a document that would send credentials elsewhere.
func (c *Client) checkConfiguration(q *call, a *answer, configuration *Configuration) error {
	if configuration.Issuer != c.Issuer {
		e := q.answered(a)
		e.Problem = fmt.Sprintf("it calls itself \"%s\", and issuer is \"%s\"", q.quote(configuration.Issuer, 200), c.Issuer)
		e.Next = []string{"Set issuer to the name that the instance gives itself if that is the instance you mean. If only scheme or port differ, a proxy before it does not pass on X-Forwarded-Proto or Host."}
		return e
	}
	endpoints := []struct{ name, url string }{
		{"token_endpoint", configuration.TokenEndpoint},
		{"introspection_endpoint", configuration.IntrospectionEndpoint},
		{"authorization_endpoint", configuration.AuthorizationEndpoint},
		{"userinfo_endpoint", configuration.UserinfoEndpoint},
		{"revocation_endpoint", configuration.RevocationEndpoint},
		{"end_session_endpoint", configuration.EndSessionEndpoint},
		{"device_authorization_endpoint", configuration.DeviceEndpoint},
		{"jwks_uri", configuration.JWKSURI},
	}
	for _, endpoint := range endpoints {
		if endpoint.url != "" && !sameOrigin(endpoint.url, c.Issuer) {
			e := q.answered(a)
			e.Problem = fmt.Sprintf("its %s is \"%s\", which is not at the issuer's own origin; nothing is sent there", endpoint.name, q.quote(endpoint.url, 200))
			e.Next = []string{"ZITADEL's endpoints always are: check that issuer is a ZITADEL instance, and what answers in its place."}
			return e
		}
	}
	return nil
}

// sameOrigin compares scheme, host and port (RFC 6454 section 5).
func sameOrigin(endpoint, issuer string) bool {
	const longest = 2000
	if len(endpoint) > longest || strings.ContainsFunc(endpoint, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return false
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	return strings.ToLower(u.Scheme)+"://"+normalHost(u) == issuer
}

// endpoint returns one URL of the configuration, or an error that it is not
// there.
func (c *Client) endpoint(ctx context.Context, op, name string, of func(*Configuration) string) (string, error) {
	configuration, err := c.Configuration(ctx)
	if err != nil {
		return "", err
	}
	if of(configuration) == "" {
		return "", &Error{Op: op, Method: http.MethodGet, URL: c.Issuer + discoveryPath, Attempts: 1, Problem: "the discovery document has no " + name,
			Next: []string{"Check that issuer is the URL of a ZITADEL instance."}}
	}
	return of(configuration), nil
}

package zitadel

import (
	"context"
	"net/http"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// Configuration is an issuer's discovery document (OpenID Connect Discovery 1.0 section 3). Every
// endpoint has the issuer's origin.
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

	JSON string `json:"-"` // the document as received
}

// The names under which faults refer to the expected documents.
const (
	discoveryDocument     = "discovery document"
	keySetDocument        = "JSON Web Key Set"
	introspectionDocument = "introspection response"
	userInfoDocument      = "userinfo response"
	tokenDocument         = "token response"
	revocationDocument    = "revocation response"
)

const discoveryPath = "/.well-known/openid-configuration"

// Configuration returns the issuer's discovery document. A successful response is cached.
func (c *Client) Configuration(ctx context.Context) (*Configuration, error) {
	always := func(*Configuration, int64) bool { return true }
	return c.discovery.get(ctx, struct{}{}, always, c.fetchConfiguration)
}

func (c *Client) fetchConfiguration(ctx context.Context) (*Configuration, error) {
	req := c.newRequest("read OpenID configuration", http.MethodGet, c.Issuer+discoveryPath)
	resp, err := c.document(ctx, &req, discoveryDocument)
	if err != nil {
		return nil, err
	}
	var configuration Configuration
	if err := object.Decode(resp.body, &configuration); err != nil {
		return nil, req.malformedError(resp, discoveryDocument, err)
	}
	if e := c.checkConfiguration(&req, resp, &configuration); e != nil {
		return nil, e
	}
	configuration.JSON = string(resp.body)
	c.declared.Store(&configuration.Issuer)
	return &configuration, nil
}

// document requests one of the issuer's public documents. Errors refer to the document by the given
// name.
func (c *Client) document(ctx context.Context, req *request, name string) (*response, error) {
	resp, err := c.send(ctx, req)
	if err != nil {
		return nil, err
	}
	if resp.status != http.StatusOK {
		e := req.rejectionError(resp)
		e.because("other-server")
		return nil, e
	}
	if !resp.isJSON() {
		return nil, req.malformedError(resp, name, nil)
	}
	return resp, nil
}

// checkConfiguration returns an error if the document declares a different issuer, or an endpoint
// that does not have the issuer's origin, because the client would send credentials to that
// endpoint.
func (c *Client) checkConfiguration(req *request, resp *response, configuration *Configuration) error {
	if withoutDefaultPort(configuration.Issuer) != c.Issuer {
		return req.newError(resp,
			req.fault("issuer-mismatch", "declared", configuration.Issuer, "configured", c.Issuer))
	}
	for _, endpoint := range configuration.endpoints() {
		if endpoint.url != "" && !sameOrigin(endpoint.url, c.Issuer) {
			return req.newError(resp,
				req.fault("endpoint-origin", "member", endpoint.member, "url", endpoint.url, "issuer", c.Issuer))
		}
	}
	return nil
}

// endpoint is an endpoint's URL, and the name of the member that contains it.
type endpoint struct{ member, url string }

// endpoints returns all endpoints in the document. The URL of a missing endpoint is "".
func (d *Configuration) endpoints() []endpoint {
	return []endpoint{
		{"token_endpoint", d.TokenEndpoint},
		{"introspection_endpoint", d.IntrospectionEndpoint},
		{"authorization_endpoint", d.AuthorizationEndpoint},
		{"userinfo_endpoint", d.UserinfoEndpoint},
		{"revocation_endpoint", d.RevocationEndpoint},
		{"end_session_endpoint", d.EndSessionEndpoint},
		{"device_authorization_endpoint", d.DeviceEndpoint},
		{"jwks_uri", d.JWKSURI},
	}
}

// DeclaredIssuer returns the issuer as the discovery document declares it. Tokens contain the
// issuer in this form, and the audience of an assertion must have the same form. It is identical to
// Issuer, except that it can contain the default port: an instance declares the port if a proxy
// adds it to the Host header. Until the document has been fetched, DeclaredIssuer returns Issuer.
func (c *Client) DeclaredIssuer() string {
	if declared := c.declared.Load(); declared != nil {
		return *declared
	}
	return c.Issuer
}

// missingEndpoint returns the fault for a discovery document that does not contain member.
// Introspection and revocation have their own faults, because an instance that issues only
// short-lived JWTs needs neither.
func missingEndpoint(member string) *fault.Fault {
	switch member {
	case "introspection_endpoint":
		return fault.New("introspection-unavailable")
	case "revocation_endpoint":
		return fault.New("revocation-unavailable")
	}
	return fault.New("endpoint-missing", "member", member)
}

// endpoint returns the URL in a member of the discovery document. It fails if the document does not
// contain the member.
func (c *Client) endpoint(ctx context.Context, op, member string) (string, error) {
	configuration, err := c.Configuration(ctx)
	if err != nil {
		return "", err
	}
	for _, e := range configuration.endpoints() {
		if e.member == member && e.url != "" {
			return e.url, nil
		}
	}
	return "", &Error{
		Op: op, Method: http.MethodGet, URL: c.Issuer + discoveryPath, Attempts: 1, Status: http.StatusOK,
		Problem: missingEndpoint(member),
	}
}

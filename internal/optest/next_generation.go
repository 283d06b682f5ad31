package optest

import (
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// nextGenerationLifetime is the lifetime of access tokens from a next-generation ZITADEL.
const nextGenerationLifetime = 5 * time.Minute

// NextGeneration makes the issuer respond as the next generation of ZITADEL is planned to: all
// access tokens except personal access tokens are JWTs that are valid for five minutes, and
// there is no introspection or revocation endpoint. In all other respects, the issuer responds
// like its release. Other deployments can have the same properties, for example behind a
// gateway. Call NextGeneration before the first request.
func (i *Issuer) NextGeneration() {
	i.nextGeneration.Store(true)
	i.TokenLifetime(nextGenerationLifetime)
}

// rejectMissingEndpoint responds with 404 if the issuer does not have the requested endpoint,
// and reports whether it did so.
func (i *Issuer) rejectMissingEndpoint(w http.ResponseWriter, r *http.Request) bool {
	e := endpointByPath(r.URL.Path)
	if !i.nextGeneration.Load() || e != Introspection && e != Revocation {
		return false
	}
	http.NotFound(w, r)
	return true
}

// hideEndpoints removes the introspection and revocation endpoints from the discovery
// document if the issuer does not have them.
func (i *Issuer) hideEndpoints(c *oidc.DiscoveryConfiguration) {
	if !i.nextGeneration.Load() {
		return
	}
	c.IntrospectionEndpoint, c.RevocationEndpoint = "", ""
	c.IntrospectionEndpointAuthMethodsSupported, c.RevocationEndpointAuthMethodsSupported = nil, nil
	c.IntrospectionEndpointAuthSigningAlgValuesSupported, c.RevocationEndpointAuthSigningAlgValuesSupported = nil, nil
}

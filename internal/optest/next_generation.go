package optest

import (
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// nextGenerationLifetime is the lifetime of access tokens in ZITADEL's next generation.
const nextGenerationLifetime = 5 * time.Minute

// NextGeneration makes the issuer respond as is planned for ZITADEL's next generation: all
// access tokens except personal access tokens are JWTs that are valid for five minutes, and
// there is no introspection or revocation endpoint. In all other respects, the issuer responds
// like its release. Other deployments, such as those behind a gateway, may have the same
// properties. Call NextGeneration before the first request.
func (i *Issuer) NextGeneration() {
	i.nextGeneration.Store(true)
	i.TokenLifetime(nextGenerationLifetime)
}

// withoutEndpoint responds with 404 and returns true if the issuer does not have the
// requested endpoint. Otherwise, it returns false.
func (i *Issuer) withoutEndpoint(w http.ResponseWriter, r *http.Request) bool {
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

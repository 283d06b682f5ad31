package optest

import (
	"net/http"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// nextGenerationLifetime is the lifetime of access tokens in ZITADEL's next generation.
const nextGenerationLifetime = 5 * time.Minute

// NextGeneration makes the issuer respond like ZITADEL's next generation is planned to, in
// addition to its release: all access tokens except personal ones are JWTs that are valid
// for five minutes, and there are no endpoints for introspection and revocation. Other
// deployments have the same properties, for example behind a gateway. Call it before the
// first request.
func (i *Issuer) NextGeneration() {
	i.nextGeneration.Store(true)
	i.TokenLifetime(nextGenerationLifetime)
}

// withoutEndpoint reports whether an endpoint does not exist, and responds with 404 if it
// does not.
func (i *Issuer) withoutEndpoint(w http.ResponseWriter, r *http.Request) bool {
	e := endpointByPath(r.URL.Path)
	if !i.nextGeneration.Load() || e != Introspection && e != Revocation {
		return false
	}
	http.NotFound(w, r)
	return true
}

// hideEndpoints removes the endpoints that do not exist from the discovery document.
func (i *Issuer) hideEndpoints(c *oidc.DiscoveryConfiguration) {
	if !i.nextGeneration.Load() {
		return
	}
	c.IntrospectionEndpoint, c.RevocationEndpoint = "", ""
	c.IntrospectionEndpointAuthMethodsSupported, c.RevocationEndpointAuthMethodsSupported = nil, nil
	c.IntrospectionEndpointAuthSigningAlgValuesSupported, c.RevocationEndpointAuthSigningAlgValuesSupported = nil, nil
}

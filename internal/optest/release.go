package optest

import (
	"fmt"
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Release is a release of ZITADEL whose responses were recorded. The zero Release is
// the newest one.
type Release int

// The recorded releases, starting with the newest.
const (
	ReleaseNewest Release = iota // July 2026, after v4.13.1
	ReleaseV4_13                 // v4.13.1
	ReleaseV3_4                  // v3.4.9
	ReleaseV2_71                 // v2.71.19
	ReleaseV2_62                 // v2.62.8
)

// Releases returns the recorded releases, starting with the newest.
func Releases() []Release {
	return []Release{ReleaseNewest, ReleaseV4_13, ReleaseV3_4, ReleaseV2_71, ReleaseV2_62}
}

// String returns the version.
func (r Release) String() string {
	return [...]string{"newest", "v4.13.1", "v3.4.9", "v2.71.19", "v2.62.8"}[r]
}

// outage returns the status and the text of the response to a request from the origin o
// while the database is down.
func (r Release) outage(o origin, domain string) (status int, text string) {
	text = fmt.Sprintf("unable to set instance using origin %s (ExternalDomain is %s)", o, domain)
	if r == ReleaseV2_62 {
		return http.StatusNotFound, text
	}
	text += ": ID=QUERY-d3fas Message=An internal error occurred Parent=(" + databaseError + ")"
	if r == ReleaseNewest {
		return http.StatusInternalServerError, text
	}
	return http.StatusNotFound, text
}

// cachesInstances reports whether the setting Caches.Instance has an effect: v2.62
// does not have it, and v3.4 never finds a cached instance.
func (r Release) cachesInstances() bool { return r != ReleaseV2_62 && r != ReleaseV3_4 }

// discoversFromCache reports whether the discovery document can be read from the
// instance cache alone.
func (r Release) discoversFromCache() bool { return r <= ReleaseV4_13 }

// sendsRequestID reports whether OIDC responses have an X-Request-Id.
func (r Release) sendsRequestID() bool { return r <= ReleaseV4_13 }

// publishesKeysFirst reports whether a new instance publishes keys before its first
// signature.
func (r Release) publishesKeysFirst() bool { return r <= ReleaseV3_4 }

// exchangesByDefault reports whether token exchange is enabled in a new instance.
func (r Release) exchangesByDefault() bool { return r <= ReleaseV4_13 }

// invalidAssertion returns the response to an invalid assertion of the jwt-bearer grant.
func (r Release) invalidAssertion(cause error) error {
	if r == ReleaseNewest {
		return oidc.ErrInvalidGrant().WithParent(cause).WithDescription("invalid assertion")
	}
	return internalError(cause)
}

// internalError returns the response to a request that failed inside the server.
func internalError(cause error) error {
	return op.NewStatusError(oidc.ErrServerError().WithParent(cause).WithDescription("Errors.Internal"),
		http.StatusInternalServerError)
}

// Release makes the issuer respond like r. Call it before the first request.
func (i *Issuer) Release(r Release) {
	i.release.Store(int64(r))
	i.tokenExchange.Store(r.exchangesByDefault())
}

// currentRelease returns the release that the issuer responds like.
func (i *Issuer) currentRelease() Release { return Release(i.release.Load()) }

// TokenExchange enables or disables the feature oidcTokenExchange. Before v4.11, it is
// disabled by default.
func (i *Issuer) TokenExchange(enabled bool) { i.tokenExchange.Store(enabled) }

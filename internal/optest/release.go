package optest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Release is a release of ZITADEL whose responses were recorded. The zero Release is the
// newest one.
type Release int

// The recorded releases, from newest to oldest: r <= ReleaseV4_13 means v4.13 or later.
const (
	ReleaseNewest Release = iota // July 2026, after v4.13.1
	ReleaseV4_13                 // v4.13.1
	ReleaseV3_4                  // v3.4.9
	ReleaseV2_71                 // v2.71.19
	ReleaseV2_62                 // v2.62.8
)

// Releases returns the recorded releases, from newest to oldest.
func Releases() []Release {
	return []Release{ReleaseNewest, ReleaseV4_13, ReleaseV3_4, ReleaseV2_71, ReleaseV2_62}
}

// String returns the version.
func (r Release) String() string {
	return [...]string{"newest", "v4.13.1", "v3.4.9", "v2.71.19", "v2.62.8"}[r]
}

// outage returns the status and the text of the response while the database is down. The text
// contains the request's origin and the instance's domain.
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

// cachesInstances reports whether the Caches.Instance setting has an effect. v2.62 does not
// have this setting, and v3.4 never finds a cached instance.
func (r Release) cachesInstances() bool { return r != ReleaseV2_62 && r != ReleaseV3_4 }

// discoversFromCache reports whether the discovery document can be served from the instance
// cache alone.
func (r Release) discoversFromCache() bool { return r <= ReleaseV4_13 }

// sendsRequestID reports whether responses, except those of the probes, have an X-Request-Id
// header, as they do in v4.13 and later.
func (r Release) sendsRequestID() bool { return r <= ReleaseV4_13 }

// publishesKeysFirst reports whether a new instance publishes keys before it signs its first
// token.
func (r Release) publishesKeysFirst() bool { return r <= ReleaseV3_4 }

// keysErrorID returns the ID of the error that ZITADEL reports if it cannot read its keys.
func (r Release) keysErrorID() string {
	if r <= ReleaseV3_4 {
		return "QUERY-Eeng7"
	}
	return "QUERY-Sghn4"
}

// exchangesByDefault reports whether token exchange is enabled in a new instance, as it has
// been since v4.11.
func (r Release) exchangesByDefault() bool { return r <= ReleaseV4_13 }

// encryptsToJWE reports whether opaque tokens and personal access tokens are JWEs, which have
// five parts. In older releases, they contain no dot.
func (r Release) encryptsToJWE() bool { return r == ReleaseNewest }

// identifiesClients reports whether JWT access tokens have the client_id claim.
func (r Release) identifiesClients() bool { return r <= ReleaseV2_71 }

// idTokenLifetime returns the lifetime of an ID token from the client_credentials grant. In
// v3.4 and earlier, the token has already expired when it is issued.
func (r Release) idTokenLifetime() time.Duration {
	if r <= ReleaseV4_13 {
		return defaultTokenLifetime
	}
	return 0
}

// acceptsLoginNames reports whether the client_credentials grant accepts the login name, which
// contains the organization's domain, as the client ID.
func (r Release) acceptsLoginNames() bool { return r == ReleaseV2_62 }

// grantsAnyScope reports whether token exchange grants scopes that neither the subject nor
// the actor token has.
func (r Release) grantsAnyScope() bool { return r != ReleaseNewest }

// exchangesAnyAudience reports whether token exchange accepts tokens whose audience
// includes neither the application nor its project.
func (r Release) exchangesAnyAudience() bool { return r != ReleaseNewest }

// abortsNestedImpersonation reports whether the server closes the connection if the actor
// token of an exchange itself has an actor.
func (r Release) abortsNestedImpersonation() bool { return r == ReleaseV2_62 }

// signingAlgorithms returns the signing algorithms that the discovery document declares for ID
// tokens.
func (r Release) signingAlgorithms() []string {
	if r <= ReleaseV3_4 {
		return []string{"EdDSA", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"}
	}
	return []string{"RS256"}
}

// backChannelLogout reports whether the discovery document declares back-channel logout.
func (r Release) backChannelLogout() bool { return r <= ReleaseV4_13 }

// locales returns the languages of the login pages.
func (r Release) locales() []string {
	since := map[string]Release{
		"hu": ReleaseV2_71, "ko": ReleaseV2_71, "ro": ReleaseV3_4,
		"ar": ReleaseV4_13, "tr": ReleaseV4_13, "uk": ReleaseV4_13,
	}
	return slices.DeleteFunc([]string{
		"ar", "bg", "cs", "de", "en", "es", "fr", "hu", "id", "it", "ja",
		"ko", "mk", "nl", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh",
	}, func(locale string) bool {
		first, ok := since[locale]
		return ok && r > first
	})
}

// invalidAssertion returns the response to an invalid assertion in the jwt-bearer grant.
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

// currentRelease returns the release whose responses the issuer imitates.
func (i *Issuer) currentRelease() Release { return Release(i.release.Load()) }

// TokenExchange enables or disables the oidcTokenExchange feature, which is disabled by
// default in releases before v4.11.
func (i *Issuer) TokenExchange(enabled bool) { i.tokenExchange.Store(enabled) }

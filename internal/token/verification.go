package token

import (
	"time"
)

// Verifier contains the requirements that a JWT must meet.
type Verifier struct {
	Issuer string
	Now    time.Time // current time on the issuer's clock
	// Leeway is added to exp, and to the tolerance for iat and nbf.
	Leeway time.Duration
	Policy Policy
}

// Verification is the result of verifying a JWT.
type Verification struct {
	// Header is the header of the JWT as JSON, even if the signature is invalid. It is "" if
	// the header cannot be decoded.
	Header string
	// Claims contains the claims of the JWT. It is nil if the signature is invalid or the
	// claims cannot be decoded.
	Claims *Claims
	// Failures contains all reasons to reject the token.
	Failures []Failure
}

// clockTolerance is how far iat and nbf may be ahead of the issuer's time. The issuer's time is taken
// from Date headers, which have a resolution of one second, and a clock difference of less than two
// seconds is not corrected. Without tolerance, a token from a server whose clock is half a second
// ahead would be rejected in its first half second. The tolerance does not apply to exp, because a
// token must not be accepted after it has expired.
const clockTolerance = 2 * time.Second

// Verify verifies the signature of a JWT with keys, and checks the kind, the issuer, the times and
// the requirements of the policy. If the signature is invalid, the result contains nothing about the
// claims.
func (v Verifier) Verify(t *JWT, keys *KeySet) *Verification {
	result := &Verification{Header: t.headerJSON}
	payload, rejection := t.payload(keys, v.Issuer)
	if rejection != nil {
		result.Failures = []Failure{*rejection}
		return result
	}
	claims, members, err := decodeClaims(payload)
	if err != nil {
		result.Failures = []Failure{*failure(Malformed, "token-claims-malformed", "reason", err)}
		return result
	}
	if claims.Roles != nil {
		// These roles are those in the project of an application that the token does not name, so
		// they never apply.
		claims.Roles = Roles{}
	}
	result.Claims = claims
	if kind := otherKind(t.header, members); kind != nil {
		result.Failures = append(result.Failures, *failure(NotAccessToken, "token-not-access-token", "reason", kind))
	}
	result.Failures = append(result.Failures, v.checkIssuerAndTimes(claims)...)
	result.Failures = append(result.Failures, v.Policy.evaluateJWT(claims)...)
	return result
}

// checkIssuerAndTimes checks the claims of a JWT whose signature is valid.
func (v Verifier) checkIssuerAndTimes(claims *Claims) (failures []Failure) {
	fail := func(code, reason string, values ...any) {
		failures = append(failures, *failure(code, reason, values...))
	}
	if claims.Issuer != v.Issuer {
		fail(WrongIssuer, "token-issuer", "found", claims.Issuer, "expected", v.Issuer)
	}
	switch {
	case claims.ExpiresAt.IsZero():
		fail(Malformed, "token-without-expiry")
	case !v.Now.Before(claims.ExpiresAt.Add(v.Leeway)):
		fail(Expired, "token-expired", "expires_at", claims.ExpiresAt, "now", v.Now)
	}
	for _, from := range []time.Time{claims.NotBefore, claims.IssuedAt} {
		if from.After(v.Now.Add(clockTolerance).Add(v.Leeway)) {
			fail(NotYetValid, "token-not-yet-valid", "valid_from", from, "now", v.Now)
			break
		}
	}
	return failures
}

package oauth

import (
	"context"
	"fmt"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Verification is the result of checking a JWT against the issuer's keys.
type Verification struct {
	// Header is the JWT's header as JSON, not verified; "" if it cannot be decoded.
	Header string
	// Claims are those of a JWT whose signature is valid, or nil.
	Claims *Claims
	// Failures are all reasons to reject the token.
	Failures []Failure
}

// The codes of failures that only a verification finds.
const (
	FailureOpaqueToken         = "opaque_token"
	FailureMalformed           = "malformed"
	FailureAlgorithmNotAllowed = "algorithm_not_allowed"
	FailureUnknownKey          = "unknown_key"
	FailureBadSignature        = "bad_signature"
	FailureWrongIssuer         = "wrong_issuer"
	FailureExpired             = "expired"
	FailureNotYetValid         = "not_yet_valid"
	FailureNotAccessToken      = "not_access_token"
)

// clockTolerance is how far iat and nbf may be ahead of the server's time. That
// time is known from Date headers, which count whole seconds, and a difference
// under two seconds is not corrected. Without tolerance a token from a server
// whose clock is half a second ahead would be rejected in its first half second.
// It does not apply to exp: a token must not be accepted after it has expired.
const clockTolerance = 2 * time.Second

// Verify checks a JWT: its signature by the issuer's keys, issuer, kind, times on
// the server's clock, and the policy. leeway extends exp, and it is added to
// [clockTolerance] for iat and nbf. A rejected token is a result; an error means
// that the keys could not be fetched.
func (c *Client) Verify(
	ctx context.Context, token key.Secret, policy Policy, leeway time.Duration,
) (*Verification, error) {
	signed, failure := parseJWT(token.Reveal())
	v := &Verification{Header: string(signed.rawHeader)}
	if failure != nil {
		v.Failures = []Failure{*failure}
		return v, nil
	}
	keys, err := c.keySetFor(ctx, signed.header)
	if err != nil {
		return nil, err
	}
	payload, failure := signed.verify(keys, c.Issuer)
	if failure != nil {
		v.Failures = []Failure{*failure}
		return v, nil
	}
	claims, members, err := decodeClaims(payload)
	if err != nil {
		detail := "The signature is valid, but the claims cannot be read: " + err.Error() + "."
		v.Failures = []Failure{{FailureMalformed, detail}}
		return v, nil //nolint:nilerr // a result about the token
	}
	if claims.Roles != nil {
		// These roles are of the project of some application, which the token does
		// not name: they never count.
		claims.Roles = Roles{}
	}
	v.Claims = claims
	if kind := kindOf(signed.header, members); kind != nil {
		v.Failures = append(v.Failures, Failure{FailureNotAccessToken, kind.detail()})
	}
	v.Failures = append(v.Failures, c.checkClaims(claims, leeway)...)
	v.Failures = append(v.Failures, policy.evaluateJWT(claims)...)
	return v, nil
}

// checkClaims checks issuer and times of claims whose signature is valid.
func (c *Client) checkClaims(claims *Claims, leeway time.Duration) (failures []Failure) {
	fail := func(code, format string, values ...any) {
		failures = append(failures, Failure{Code: code, Detail: fmt.Sprintf(format, values...)})
	}
	now := c.ServerTime()
	written := func(at time.Time) string { return at.UTC().Format(time.RFC3339) }
	if claims.Issuer != c.Issuer {
		fail(FailureWrongIssuer, "The token's issuer is \"%s\", not \"%s\".", printable(claims.Issuer, 200), c.Issuer)
	}
	switch {
	case claims.ExpiresAt.IsZero():
		fail(FailureMalformed, "The token has no expiry time (claim \"exp\").")
	case !now.Before(claims.ExpiresAt.Add(leeway)):
		fail(FailureExpired, "The token expired at %s, and the server's time is "+
			"%s.", written(claims.ExpiresAt), written(now))
	}
	for _, from := range []time.Time{claims.NotBefore, claims.IssuedAt} {
		if from.After(now.Add(clockTolerance).Add(leeway)) {
			fail(FailureNotYetValid, "The token is valid from %s, and the server's time is %s. If the clocks "+
				"differ, correct them or set leeway.", written(from), written(now))
			break
		}
	}
	return failures
}

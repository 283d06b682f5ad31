package optest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// The limits for the times in an assertion.
const (
	maxAssertionAge = time.Hour
	clockTolerance  = time.Second
)

// errUnparsable is returned for an assertion that is not a JWT.
var errUnparsable = errors.New("assertion is not a JWT")

// claimedIssuer returns an assertion's issuer claim without verifying the assertion.
func claimedIssuer(assertion string) (string, error) {
	claims := new(oidc.JWTTokenRequest)
	if _, err := oidc.ParseToken(assertion, claims); err != nil {
		return "", fmt.Errorf("%w: %w", errUnparsable, err)
	}
	return claims.Issuer, nil
}

// verifyAssertion verifies an assertion, whose audience must include the given issuer. It
// applies the same rules as the verifier of the zitadel/oidc library, which cannot be used
// here because it always reads the system clock.
func (i *Issuer) verifyAssertion(assertion, issuer string) (*oidc.JWTTokenRequest, error) {
	claims := new(oidc.JWTTokenRequest)
	if _, err := oidc.ParseToken(assertion, claims); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnparsable, err)
	}
	if !slices.Contains(claims.Audience, issuer) {
		return nil, fmt.Errorf("audience %q does not include %q", claims.Audience, issuer)
	}
	now := i.Now()
	if err := checkTimes(claims, now); err != nil {
		return nil, err
	}
	if claims.Issuer == "" || claims.Issuer != claims.Subject {
		return nil, errors.New("issuer is missing or differs from the subject")
	}
	// These are the library's default algorithms for RSA keys.
	signed, err := jose.ParseSignedCompact(assertion, []jose.SignatureAlgorithm{jose.RS256, jose.PS256})
	if err != nil {
		return nil, fmt.Errorf("parsing the signature: %w", err)
	}
	public, ok := i.state.publicKey(signed.Signatures[0].Header.KeyID, claims.Issuer, now)
	if !ok || i.credentialsUnknown() {
		return nil, errors.New("unknown key")
	}
	if _, err := signed.Verify(public); err != nil {
		return nil, fmt.Errorf("verifying the signature: %w", err)
	}
	return claims, nil
}

// checkTimes checks the exp and iat claims of an assertion. The lifetime is not limited, but
// the assertion must have been issued within the past hour.
func checkTimes(claims *oidc.JWTTokenRequest, now time.Time) error {
	if !now.Add(clockTolerance).Before(claims.GetExpiration()) {
		return errors.New("expired")
	}
	issued := claims.GetIssuedAt()
	if claims.IssuedAt == 0 {
		return errors.New("missing iat")
	}
	if issued.After(now.Add(clockTolerance).Round(time.Second)) {
		return errors.New("issued in the future")
	}
	if issued.Before(now.Add(-maxAssertionAge).Round(time.Second)) {
		return errors.New("issued too long ago")
	}
	return nil
}

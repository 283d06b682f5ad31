package optest

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// The bounds of an assertion's times.
const (
	maxAssertionAge = time.Hour
	clockTolerance  = time.Second
)

// errUnparsable means that an assertion is not even the outer form of a JWT.
var errUnparsable = errors.New("assertion is not a JWT")

// claimedIssuer returns whom an assertion claims to be from, unverified.
func claimedIssuer(assertion string) (string, error) {
	claims := new(oidc.JWTTokenRequest)
	if _, err := oidc.ParseToken(assertion, claims); err != nil {
		return "", fmt.Errorf("%w: %w", errUnparsable, err)
	}
	return claims.Issuer, nil
}

// verifyAssertion checks an assertion that was sent to the issuer identifier.
// It has the rules of the library's verifier, which cannot be used as it does
// not know about a clock that is off.
func (i *Issuer) verifyAssertion(assertion, issuer string) (*oidc.JWTTokenRequest, error) {
	claims := new(oidc.JWTTokenRequest)
	if _, err := oidc.ParseToken(assertion, claims); err != nil {
		return nil, fmt.Errorf("%w: %w", errUnparsable, err)
	}
	if !slices.Contains(claims.Audience, issuer) {
		return nil, fmt.Errorf("audience %q is without %q", claims.Audience, issuer)
	}
	now := i.Now()
	if err := checkTimes(claims, now); err != nil {
		return nil, err
	}
	if claims.Issuer == "" || claims.Issuer != claims.Subject {
		return nil, errors.New("issuer and subject differ")
	}
	// The default algorithms of the library, less the one no RSA key can sign.
	signed, err := jose.ParseSignedCompact(assertion, []jose.SignatureAlgorithm{jose.RS256, jose.PS256})
	if err != nil {
		return nil, fmt.Errorf("parsing the signature: %w", err)
	}
	public, ok := i.state.publicKey(signed.Signatures[0].Header.KeyID, claims.Issuer, now)
	if !ok || i.knowsNothing() {
		return nil, errors.New("no such key")
	}
	if _, err := signed.Verify(public); err != nil {
		return nil, fmt.Errorf("verifying the signature: %w", err)
	}
	return claims, nil
}

// checkTimes checks an assertion's lifetime. It may be of any length but has to
// have begun within the past hour.
func checkTimes(claims *oidc.JWTTokenRequest, now time.Time) error {
	if !now.Add(clockTolerance).Before(claims.GetExpiration()) {
		return errors.New("expired")
	}
	issued := claims.GetIssuedAt()
	if claims.IssuedAt == 0 {
		return errors.New("no time of issue")
	}
	if issued.After(now.Add(clockTolerance).Round(time.Second)) {
		return errors.New("issued in the future")
	}
	if issued.Before(now.Add(-maxAssertionAge).Round(time.Second)) {
		return errors.New("issued too long ago")
	}
	return nil
}

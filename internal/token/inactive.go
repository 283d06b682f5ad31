package token

import (
	"errors"
	"slices"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Evaluate returns all reasons to reject the token under the policy. If the token is inactive, that
// is the only reason, because introspection reports nothing else about an inactive token. The failure
// then contains hints, which are based on the token's text, the issuer and the current time.
func (i *Introspection) Evaluate(p Policy, text, issuer string, now time.Time) []Failure {
	if i.Active {
		return p.Evaluate(&i.Claims)
	}
	return []Failure{*failure(Inactive, "token-inactive", "reason", i.hint(text, issuer, now))}
}

// hint describes possible reasons why a token is inactive. It decodes a JWT without verifying it, so
// nothing in the result is certain.
func (i *Introspection) hint(text, issuer string, now time.Time) error {
	if isOpaque(text) {
		return fault.New("inactive-opaque", "application", i.ApplicationID)
	}
	rawHeader, payload, err := DecodeJWT(text)
	if err != nil {
		return fault.New("inactive-unreadable", "reason", err)
	}
	header, err := decodeHeader(rawHeader)
	if err != nil {
		return fault.New("inactive-unreadable", "reason", err)
	}
	claims, members, err := decodeClaims(payload)
	if err != nil {
		return fault.New("inactive-claims-unreadable", "reason", err)
	}
	var hints []error
	if kind := otherKind(header, members); kind != nil {
		hints = append(hints, fault.New("inactive-not-access-token", "reason", kind))
	}
	if !claims.ExpiresAt.IsZero() && !now.Before(claims.ExpiresAt) {
		hints = append(hints, fault.New("inactive-expired", "expires_at", claims.ExpiresAt))
	}
	if claims.Issuer != issuer {
		hints = append(hints, fault.New("inactive-issuer", "found", claims.Issuer, "expected", issuer))
	}
	if !slices.Contains(claims.Audience, i.ApplicationID) {
		hints = append(hints, fault.New("inactive-audience",
			"audience", claims.Audience, "application", i.ApplicationID))
	}
	if len(hints) == 0 {
		return fault.New("inactive-without-evidence")
	}
	return fault.New("inactive-evidence", "reason", errors.Join(hints...))
}

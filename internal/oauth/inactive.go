package oauth

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Evaluate returns all reasons for which the policy rejects the token. Nothing is
// known about an inactive token, so inactivity is the only reason. As a hint, its
// detail adds what the token itself shows at the time now.
func (i *Introspection) Evaluate(p Policy, token key.Secret, issuer string, now time.Time) []Failure {
	if i.Active {
		return p.Evaluate(&i.Claims)
	}
	return []Failure{{FailureInactive, "ZITADEL reports that the token is not active, without a reason. " + i.hint(token.Reveal(), issuer, now)}}
}

// hint describes possible reasons why a token is inactive. A JWT is decoded without
// verification, so its content is only a hint.
func (i *Introspection) hint(token, issuer string, now time.Time) string {
	audience := fmt.Sprintf(" The audience must contain the project of application %s, or that application. To add a "+
		"project, request the token with the scope urn:zitadel:iam:org:project:id:{project id}:aud.", i.ApplicationID)
	const unseen = " The token may have been revoked, its user may be deactivated, or ZITADEL may have failed " +
		"internally, which causes the same response."
	if isOpaque(token) {
		return "The token is opaque, so only ZITADEL can read it. It may have expired or belong to another instance." +
			audience + unseen
	}
	rawHeader, payload, err := DecodeJWT(token)
	if err != nil {
		return "It cannot be read as a JWT: " + err.Error() + "."
	}
	header, problem := decodeHeader(rawHeader)
	if problem != "" {
		return "It cannot be read as a JWT: its header cannot be used, because " + problem + "."
	}
	claims, members, err := decodeClaims(payload)
	if err != nil {
		return "It is a JWT whose claims cannot be read: " + err.Error() + "."
	}
	var hints []string
	if kind := kindOf(header, members); kind != nil {
		hints = append(hints, "It is "+kind.name+", not an access token ("+kind.evidence+").")
	}
	if !claims.ExpiresAt.IsZero() && !now.Before(claims.ExpiresAt) {
		hints = append(hints, "It expired at "+claims.ExpiresAt.Format(time.RFC3339)+".")
	}
	if claims.Issuer != issuer {
		hints = append(hints, fmt.Sprintf("Its issuer is \"%s\", not \"%s\".", printable(claims.Issuer, 200), issuer))
	}
	if !slices.Contains(claims.Audience, i.ApplicationID) {
		hints = append(hints, fmt.Sprintf("Its audience is %s.", list(claims.Audience))+audience)
	}
	if len(hints) == 0 {
		return "Its content, which is not verified, shows no reason." + unseen
	}
	return "Its content, which is not verified, shows this: " + strings.Join(hints, " ") + unseen
}

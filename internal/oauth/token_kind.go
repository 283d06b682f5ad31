package oauth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// otherKind describes a JWT that is not an access token.
type otherKind struct {
	name     string // with its article, such as "an ID token"
	evidence string // what shows it, such as `it has the claim "azp"`
	purpose  string // a sentence
}

// detail describes a failure of the code not_access_token.
func (k *otherKind) detail() string {
	detail := fmt.Sprintf("The token is %s, not an access token: %s.", k.name, k.evidence)
	if k.purpose != "" {
		detail += " " + k.purpose
	}
	return detail + " Pass the access token."
}

// Claims that no access token of ZITADEL has. Those of an ID token are defined in
// OpenID Connect Core 1.0 sections 2 and 3.3.2.11 and in FAPI 1.0 part 2 section
// 5.1.1, events in RFC 8417 section 2.2.
const (
	claimEvents      = "events"
	claimLogoutEvent = "http://schemas.openid.net/event/backchannel-logout"
)

func idTokenClaims() []string { return []string{"azp", "at_hash", "c_hash", "s_hash", "nonce"} }

func claimsOfOtherKinds() []string { return append(idTokenClaims(), claimEvents) }

// kindOf returns nil for an access token, and otherwise what the JWT is. An
// instance signs ID tokens, logout tokens and the payloads of actions with the
// same keys as access tokens, and nearly always with the same type, so the claims
// decide as well.
func kindOf(header joseHeader, claims map[string]json.RawMessage) *otherKind {
	has := func(name string) bool {
		raw, isPresent := claims[name]
		return isPresent && string(raw) != "null"
	}
	typ := ""
	if header.typ != nil {
		typ = strings.TrimPrefix(strings.ToLower(*header.typ), "application/")
	}
	switch {
	case typ == "logout+jwt":
		return logoutToken(typ)
	case typ == "secevent+jwt":
		return securityEvent(typ)
	case has(claimEvents):
		var events map[string]json.RawMessage
		if json.Unmarshal(claims[claimEvents], &events) == nil && events[claimLogoutEvent] != nil {
			return logoutToken("")
		}
		return securityEvent("")
	}
	if at := slices.IndexFunc(idTokenClaims(), has); at >= 0 {
		evidence := fmt.Sprintf(`it has the claim "%s"`, idTokenClaims()[at])
		return &otherKind{"an ID token", evidence, "It identifies a user to an application."}
	}
	if has("iss") && textMember(claims, "iss") == textMember(claims, "sub") {
		return &otherKind{"a client assertion", "its issuer is its subject", "It authenticates a client at an endpoint."}
	}
	if header.typ != nil && !isAccessTokenType(*header.typ) {
		name := fmt.Sprintf(`a JWT of type "%s"`, printable(*header.typ, 50))
		return &otherKind{name, "the type of an access token is JWT or at+jwt", ""}
	}
	if !has("jti") {
		evidence := `it has no claim "jti", which every access token has`
		return &otherKind{"a JWT of unknown kind", evidence, "An instance signs the payloads of actions with the same keys."}
	}
	return nil
}

// isAccessTokenType reports whether a type in the header may be that of an access
// token: ZITADEL writes JWT, RFC 9068 section 2.1 prescribes the others. Types are
// media types, so case does not matter (RFC 7515 section 4.1.9).
func isAccessTokenType(typ string) bool {
	return slices.Contains([]string{"jwt", "at+jwt", "application/at+jwt"}, strings.ToLower(typ))
}

// logoutToken returns the kind of a logout token of OpenID Connect Back-Channel
// Logout 1.0, which typ shows or, if that is empty, the claim events.
func logoutToken(typ string) *otherKind {
	return &otherKind{"a logout token", typeEvidence(typ), "It notifies an application that a session has ended."}
}

// securityEvent is logoutToken for other security event tokens (RFC 8417).
func securityEvent(typ string) *otherKind {
	return &otherKind{"a security event token", typeEvidence(typ), "It notifies an application of an event."}
}

func typeEvidence(typ string) string {
	if typ == "" {
		return fmt.Sprintf(`it has the claim "%s"`, claimEvents)
	}
	return fmt.Sprintf(`its type is "%s"`, typ)
}

// textMember returns a member that is a string, and "" for any other.
func textMember(members map[string]json.RawMessage, name string) (text string) {
	if decodeMember(members[name], &text) != nil {
		return ""
	}
	return text
}

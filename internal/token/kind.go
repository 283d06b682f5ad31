package token

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// idTokenClaims returns the names of claims that ID tokens may contain but ZITADEL's access
// tokens never do. They are defined in OpenID Connect Core 1.0 sections 2 and 3.3.2.11 and in
// FAPI 1.0 part 2 section 5.1.1.
func idTokenClaims() []string { return []string{"azp", "at_hash", "c_hash", "s_hash", "nonce"} }

// Kind returns a fault that describes the kind of a JWT that is not an access token, such as
// an ID token or an assertion. It returns nil for an access token, and for text that cannot
// be decoded as a JWT. Nothing is verified, so the result is only a hint.
func Kind(text string) *fault.Fault {
	rawHeader, payload, jwtErr := DecodeJWT(text)
	header, headerErr := decodeHeader(rawHeader)
	_, members, claimsErr := decodeClaims(payload)
	if jwtErr == nil && headerErr == nil && claimsErr == nil {
		return otherKind(header, members)
	}
	return nil
}

// otherKind returns nil for an access token, and otherwise a fault that describes the
// kind of the JWT. An instance signs ID tokens, logout tokens and the payloads of ZITADEL
// Actions with the same keys as access tokens. The type in the header is nearly always the
// same, too, so otherKind also examines the claims.
func otherKind(header joseHeader, claims map[string]json.RawMessage) *fault.Fault {
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
		return fault.New("kind-logout-token", "type", typ)
	case typ == "secevent+jwt":
		return fault.New("kind-security-event", "type", typ)
	case has(claimEvents):
		var events map[string]json.RawMessage
		if json.Unmarshal(claims[claimEvents], &events) == nil && events[claimLogoutEvent] != nil {
			return fault.New("kind-logout-token") // OpenID Connect Back-Channel Logout 1.0
		}
		return fault.New("kind-security-event") // RFC 8417
	}
	if at := slices.IndexFunc(idTokenClaims(), has); at >= 0 {
		return fault.New("kind-id-token", "claim", idTokenClaims()[at])
	}
	switch {
	case has("iss") && textMember(claims, "iss") == textMember(claims, "sub"):
		return fault.New("kind-assertion")
	case header.typ != nil && !isAccessTokenType(*header.typ):
		return fault.New("kind-other-type", "type", *header.typ)
	case !has("jti"):
		return fault.New("kind-unknown")
	}
	return nil
}

// isAccessTokenType reports whether an access token can have the given type in its header. ZITADEL
// uses the type JWT, and RFC 9068 section 2.1 defines the other types. Types are media types, so
// letter case does not matter (RFC 7515 section 4.1.9).
func isAccessTokenType(typ string) bool {
	return slices.Contains([]string{"jwt", "at+jwt", "application/at+jwt"}, strings.ToLower(typ))
}

// textMember returns the value of a member if it is a string, and "" otherwise.
func textMember(members map[string]json.RawMessage, name string) (text string) {
	if object.DecodeMember(name, members[name], &text) != nil {
		return ""
	}
	return text
}

package oauth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// isJWT reports whether text is a JWS in compact form (RFC 7515 section 7.1).
// ZITADEL's opaque tokens have dots and a JSON header as well, but five parts.
func isJWT(text string) bool {
	parts := strings.SplitN(text, ".", 4)
	if len(parts) != 3 {
		return false
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	var fields struct {
		Algorithm string `json:"alg"`
	}
	return err == nil && json.Unmarshal(header, &fields) == nil && fields.Algorithm != ""
}

// DecodeJWT takes a signed JWT apart, without verifying it, into the JSON
// objects of its header and of its claims. The error says what text is if it is
// no such JWT, and holds none of it. It is also an error if a member's name
// repeats, or differs only by case from the name of a registered claim or
// header: two readers could see two different things.
func DecodeJWT(text string) (header, claims json.RawMessage, err error) {
	parts := strings.SplitN(text, ".", 6)
	switch {
	case len(text) > maxBody:
		return nil, nil, errors.New("the token has more than 1 MiB")
	case len(parts) == 5:
		return nil, nil, errors.New("the token is encrypted (a JWE), so only ZITADEL can look into it: this is how its opaque access tokens and personal access tokens look; zitadel_introspection tells what is known of it")
	case len(parts) != 3:
		return nil, nil, errors.New("the token is opaque: it is not a JWT, which has three parts with dots between; zitadel_introspection tells what is known of it")
	}
	if header, err = decodePart("header", parts[0], "alg", "typ", "kid", "cty", "crit", "jku", "jwk", "x5u", "x5c", "x5t"); err != nil {
		return nil, nil, err
	}
	if claims, err = decodePart("payload", parts[1]); err != nil {
		return nil, nil, err
	}
	if strings.ContainsAny(parts[2], "\r\n") {
		return nil, nil, errors.New("the token's signature is not base64url, so it is not a JWT")
	}
	return header, claims, nil
}

func decodePart(name, part string, also ...string) (json.RawMessage, error) {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(part)
	// The decoder passes over line breaks, which no JWT has.
	if err != nil || strings.ContainsAny(part, "\r\n") {
		return nil, fmt.Errorf("the token's %s is not base64url, so it is not a JWT", name)
	}
	if err := unambiguous(decoded, also...); err != nil {
		return nil, fmt.Errorf("the token's %s cannot be read: %w", name, err)
	}
	return decoded, nil
}

// Signed returns an error for a JWT that [DecodeJWT] takes apart and that nobody
// has signed: its header names no algorithm, or none, or there is no signature.
// It does not verify one.
func Signed(text string, header json.RawMessage) error {
	var fields struct {
		Algorithm string `json:"alg"`
	}
	if json.Unmarshal(header, &fields) != nil || fields.Algorithm == "" || strings.EqualFold(fields.Algorithm, "none") {
		return errors.New("the token is not signed: its header names no algorithm")
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text[strings.LastIndex(text, ".")+1:])
	if err != nil || len(signature) == 0 {
		return errors.New("the token is not signed: it has no signature in base64url")
	}
	return nil
}

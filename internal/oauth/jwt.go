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

// isOpaque reports whether text has the form of an opaque token of ZITADEL: no
// dot up to version 4.13, and a JWE, which has five parts, since then.
func isOpaque(text string) bool {
	dots := strings.Count(text, ".")
	return dots == 0 || dots == 4
}

// DecodeJWT returns the JSON objects of the header and the claims of a signed JWT,
// without verifying it. The error describes what text is if it is not such a JWT, and
// contains no part of it. It fails if a member's name repeats, or differs only by
// case from a decisive one: two programs could read different values.
func DecodeJWT(text string) (header, claims json.RawMessage, err error) {
	header, claims, err = splitJWT(text)
	if err != nil {
		return nil, nil, err
	}
	if err := unambiguous(claims); err != nil {
		return nil, nil, fmt.Errorf("the token's payload cannot be read: %w", err)
	}
	return header, claims, nil
}

// splitJWT decodes the parts of a JWS in compact form. The header is an
// unambiguous JSON object; the payload may be anything.
func splitJWT(text string) (header, payload json.RawMessage, err error) {
	parts := strings.SplitN(text, ".", 6)
	switch {
	case len(text) > maxBody:
		return nil, nil, errors.New("the token has more than 1 MiB")
	case len(parts) == 5:
		return nil, nil, errors.New("the token is encrypted (a JWE), so only ZITADEL can read it: this is the form " +
			"of opaque access tokens and personal access tokens; use zitadel_introspection")
	case len(parts) == 1:
		return nil, nil, errors.New("the token is opaque: it is not a JWT, which has three parts separated by " +
			"dots; use zitadel_introspection")
	case len(parts) != 3:
		return nil, nil, fmt.Errorf("the token has %d parts, so it is not a JWT, which has three separated by "+
			"dots: it was truncated or joined with other text", strings.Count(text, ".")+1)
	}
	if header, err = decodePart("header", parts[0]); err != nil {
		return nil, nil, err
	}
	if err := unambiguous(header, "alg", "typ", "kid", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t"); err != nil {
		return nil, nil, fmt.Errorf("the token's header cannot be read: %w", err)
	}
	if payload, err = decodePart("payload", parts[1]); err != nil {
		return nil, nil, err
	}
	if strings.ContainsAny(parts[2], "\r\n") {
		return nil, nil, errors.New("the token's signature is not base64url, so it is not a JWT")
	}
	return header, payload, nil
}

func decodePart(name, part string) (json.RawMessage, error) {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(part)
	// The decoder ignores line breaks, which no JWT contains.
	if err != nil || strings.ContainsAny(part, "\r\n") {
		return nil, fmt.Errorf("the token's %s is not base64url, so it is not a JWT", name)
	}
	return decoded, nil
}

// Signed returns an error for a JWT that [DecodeJWT] accepts and that is not signed:
// its header has no algorithm or the algorithm "none", or it has no signature. It
// does not verify the signature.
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

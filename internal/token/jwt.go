package token

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// maxSize is the maximum size of a token that is decoded, in bytes.
const maxSize = 1 << 20

// IsJWT reports whether text is a JWS in compact form (RFC 7515 section 7.1). ZITADEL's opaque tokens
// can also contain dots and a JSON header, but consist of five parts.
func IsJWT(text string) bool {
	if countParts(text) != 3 {
		return false
	}
	first, _, _ := strings.Cut(text, ".")
	header, err := base64.RawURLEncoding.DecodeString(first)
	var fields struct {
		Algorithm string `json:"alg"`
	}
	return err == nil && json.Unmarshal(header, &fields) == nil && fields.Algorithm != ""
}

// DecodeJWT decodes a JWT in JWS compact form, without verifying the signature, and returns the
// header and the claims as JSON objects. The signature may be missing; see [CheckSigned]. DecodeJWT
// fails if text is not a JWT in this form. It also fails if a member name is repeated, or differs
// from a decisive name (see [object.Names]) only in letter case, because two programs could then
// read different values. The error is a fault that contains no part of text except member names.
func DecodeJWT(text string) (header, claims json.RawMessage, err error) {
	header, claims, err = splitJWT(text)
	if err != nil {
		return nil, nil, err
	}
	if err := object.Unambiguous(claims, decisiveNames()); err != nil {
		return nil, nil, fault.New("jwt-payload", "reason", err)
	}
	return header, claims, nil
}

// splitJWT decodes the header and the payload of a JWS in compact form. The header must be
// an unambiguous JSON object. The payload may contain any bytes.
func splitJWT(text string) (header, payload json.RawMessage, err error) {
	switch count := countParts(text); {
	case len(text) > maxSize:
		return nil, nil, fault.New("jwt-too-large")
	case count == 5:
		return nil, nil, fault.New("jwt-encrypted")
	case count == 1:
		return nil, nil, fault.New("jwt-opaque")
	case count != 3:
		return nil, nil, fault.New("jwt-parts", "parts", count)
	}
	parts := strings.Split(text, ".")
	if header, err = decodePart("header", parts[0]); err != nil {
		return nil, nil, err
	}
	names := object.Names{Exact: []string{"alg", "typ", "kid", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t"}}
	if err := object.Unambiguous(header, names); err != nil {
		return nil, nil, fault.New("jwt-header", "reason", err)
	}
	if payload, err = decodePart("payload", parts[1]); err != nil {
		return nil, nil, err
	}
	if strings.ContainsAny(parts[2], "\r\n") {
		return nil, nil, fault.New("jwt-base64", "part", "signature")
	}
	return header, payload, nil
}

func decodePart(name, part string) (json.RawMessage, error) {
	decoded, err := base64.RawURLEncoding.Strict().DecodeString(part)
	// The decoder ignores line breaks, but they are not allowed in a JWT.
	if err != nil || strings.ContainsAny(part, "\r\n") {
		return nil, fault.New("jwt-base64", "part", name)
	}
	return decoded, nil
}

// CheckSigned returns an error if a JWT that [DecodeJWT] accepts is not signed: its header has no
// algorithm or the algorithm "none", or its signature is missing or is not base64url. CheckSigned
// does not verify the signature.
func CheckSigned(text string, header json.RawMessage) error {
	var fields struct {
		Algorithm string `json:"alg"`
	}
	if json.Unmarshal(header, &fields) != nil || fields.Algorithm == "" || strings.EqualFold(fields.Algorithm, "none") {
		return fault.New("jwt-without-algorithm")
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text[strings.LastIndex(text, ".")+1:])
	if err != nil || len(signature) == 0 {
		return fault.New("jwt-without-signature")
	}
	return nil
}

package token

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// allowedAlgorithms returns the accepted signature algorithms. None of them is symmetric, because
// anyone could sign a token with the issuer's public key as the secret of an HMAC.
func allowedAlgorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}
}

// JWT is a JWT in compact form whose signature has not been verified. Only [Parse] creates one
// that can be verified.
type JWT struct {
	headerJSON string // "" if the header cannot be decoded
	header     joseHeader
	jws        *jose.JSONWebSignature
}

// joseHeader contains the members of a JOSE header (RFC 7515 section 4.1) that this
// package uses. Keys and URLs in the header are ignored, because a forger can choose them.
type joseHeader struct {
	algorithm jose.SignatureAlgorithm
	keyID     string
	typ       *string // nil if the header has no type
}

// Parse parses a JWT in compact form. It returns either a JWT or, if it rejects text, the result of
// the verification. That result has one failure, whose code is opaque_token, malformed or
// algorithm_not_allowed. Parse does not check the content of the payload, which cannot be trusted
// yet.
func Parse(text string) (*JWT, *Verification) {
	t := &JWT{}
	if rejection := t.parse(text); rejection != nil {
		return nil, &Verification{Header: t.headerJSON, Failures: []Failure{*rejection}}
	}
	return t, nil
}

func (t *JWT) parse(text string) *Failure {
	if isOpaque(text) {
		return failure(OpaqueToken, "token-opaque")
	}
	rawHeader, _, err := splitJWT(text)
	if err != nil {
		return malformed(err)
	}
	t.headerJSON = string(rawHeader)
	if t.header, err = decodeHeader(rawHeader); err != nil {
		return malformed(err)
	}
	if !slices.Contains(allowedAlgorithms(), t.header.algorithm) {
		var allowed []string
		for _, algorithm := range allowedAlgorithms() {
			allowed = append(allowed, string(algorithm))
		}
		return failure(AlgorithmNotAllowed, "token-algorithm",
			"algorithm", string(t.header.algorithm), "allowed", strings.Join(allowed, ", "))
	}
	// A lenient decoder ignores unused trailing bits, so several different strings would decode to
	// the same token.
	if _, err := base64.RawURLEncoding.Strict().DecodeString(text[strings.LastIndex(text, ".")+1:]); err != nil {
		return malformed(fault.New("jwt-base64", "part", "signature"))
	}
	t.jws, err = jose.ParseSignedCompact(text, allowedAlgorithms())
	if err != nil || !t.header.isHeaderOf(t.jws) {
		return malformed(fault.New("jwt-header-invalid"))
	}
	return nil
}

func malformed(reason error) *Failure { return failure(Malformed, "token-malformed", "reason", reason) }

// decodeHeader decodes a header that splitJWT returned, so its member names are unambiguous.
// The error is a fault that describes why the header cannot be used.
func decodeHeader(raw json.RawMessage) (header joseHeader, err error) {
	var members map[string]json.RawMessage // keyed by exact name
	if err := json.Unmarshal(raw, &members); err != nil {
		return header, fault.New("jwt-header", "reason", fault.New("json-not-object"))
	}
	for _, member := range []struct {
		name  string
		value any
	}{{"alg", &header.algorithm}, {"kid", &header.keyID}, {"typ", &header.typ}} {
		if err := object.DecodeMember(member.name, members[member.name], member.value); err != nil {
			return header, fault.New("jwt-header", "reason", err)
		}
	}
	for _, name := range []string{"crit", "b64"} {
		if members[name] != nil {
			return header, fault.New("jwt-extension", "member", name)
		}
	}
	return header, nil
}

// isHeaderOf reports whether go-jose, which verifies the signature, read the same header. If it read
// a different header, the key ID and the algorithm that this package checks would not be those that
// go-jose uses.
func (h joseHeader) isHeaderOf(jws *jose.JSONWebSignature) bool {
	if len(jws.Signatures) != 1 {
		return false
	}
	protected := jws.Signatures[0].Protected
	typ, hasType := protected.ExtraHeaders[jose.HeaderType].(string)
	sameType := hasType == (h.typ != nil) && (!hasType || typ == *h.typ)
	return protected.Algorithm == string(h.algorithm) && protected.KeyID == h.keyID && sameType
}

// HasKeyIn reports whether keys contains a key that has the ID in the header and is allowed to verify
// signatures. It does not verify the signature.
func (t *JWT) HasKeyIn(keys *KeySet) bool { return len(keys.withID(t.header.keyID)) > 0 }

// maxTried is the maximum number of keys with the same ID that are tried. It limits how long the
// verification of a token takes.
const maxTried = 10

// payload verifies the signature with the keys that have the ID in the header and suit its algorithm.
// It returns the decoded payload if the signature is valid for one of them. The code of a failure is
// unknown_key, algorithm_not_allowed, bad_signature or, for a JWT that Parse did not return,
// malformed.
func (t *JWT) payload(keys *KeySet, issuer string) ([]byte, *Failure) {
	if t.jws == nil { // the zero JWT
		return nil, malformed(fault.New("jwt-header-invalid"))
	}
	keyID, algorithm := t.header.keyID, t.header.algorithm
	candidates := keys.withID(keyID)
	suitable := slices.DeleteFunc(slices.Clone(candidates), func(k PublicKey) bool { return !k.suits(algorithm) })
	switch {
	case len(keys.Keys) == 0:
		return nil, failure(UnknownKey, "signing-keys-empty", "key", keyID, "issuer", issuer)
	case keyID == "":
		return nil, failure(UnknownKey, "token-without-key-id")
	case len(candidates) == 0:
		return nil, failure(UnknownKey, "token-signing-key-unknown", "key", keyID, "issuer", issuer)
	}
	if first := candidates[0].Algorithm; len(suitable) == 0 && first != "" && first != string(algorithm) {
		return nil, failure(AlgorithmNotAllowed, "token-algorithm-of-key",
			"algorithm", string(algorithm), "key_algorithm", first)
	}
	for _, k := range suitable[:min(len(suitable), maxTried)] {
		if payload, err := t.jws.Verify(k.public); err == nil {
			return payload, nil
		}
	}
	return nil, failure(BadSignature, "token-signature", "key", keyID)
}

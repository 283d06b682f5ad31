package oauth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// allowedAlgorithms are the algorithms of a signature. None of them is symmetric:
// with an HMAC the issuer's public key would be the secret.
func allowedAlgorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}
}

// signedJWT is a JWT in compact form whose signature has not been verified.
type signedJWT struct {
	rawHeader json.RawMessage
	header    joseHeader
	jws       *jose.JSONWebSignature
}

// joseHeader contains the members of a JOSE header (RFC 7515 section 4.1) that are
// used. Keys and URLs in it are ignored, because a forger would supply their own.
type joseHeader struct {
	algorithm jose.SignatureAlgorithm
	keyID     string
	typ       *string // nil without one
}

// parseJWT parses a JWT in compact form. The failure is opaque_token, malformed or
// algorithm_not_allowed; rawHeader is set if the header could be decoded. The payload
// may be anything, because it cannot be trusted yet.
func parseJWT(text string) (*signedJWT, *Failure) {
	token := &signedJWT{}
	if isOpaque(text) {
		return token, &Failure{FailureOpaqueToken, "The token is opaque, so only ZITADEL can read it. Use " +
			"zitadel_introspection, or set the service account's access token type to JWT."}
	}
	malformed := func(problem string) *Failure { return &Failure{FailureMalformed, sentence(problem)} }
	rawHeader, _, err := splitJWT(text)
	if err != nil {
		return token, malformed(err.Error())
	}
	token.rawHeader = rawHeader
	var problem string
	if token.header, problem = decodeHeader(rawHeader); problem != "" {
		return token, malformed("the token's header cannot be used: " + problem)
	}
	if !slices.Contains(allowedAlgorithms(), token.header.algorithm) {
		return token, &Failure{FailureAlgorithmNotAllowed, fmt.Sprintf("The token's algorithm is \"%s\"; allowed "+
			"are %v.", printable(string(token.header.algorithm), 50), allowedAlgorithms())}
	}
	// Trailing bits that a lenient decoder drops would allow several texts for one
	// token.
	if _, err := base64.RawURLEncoding.Strict().DecodeString(text[strings.LastIndex(text, ".")+1:]); err != nil {
		return token, malformed("the token's signature is not base64url, so it is not a JWT")
	}
	token.jws, err = jose.ParseSignedCompact(text, allowedAlgorithms())
	if err != nil || !token.header.isHeaderOf(token.jws) {
		return token, malformed("the token's header cannot be used: it is not a valid JOSE header")
	}
	return token, nil
}

// decodeHeader decodes a header that is an unambiguous object. The problem is
// empty if the header can be used.
func decodeHeader(raw json.RawMessage) (header joseHeader, problem string) {
	var members map[string]json.RawMessage // by exact name
	if err := json.Unmarshal(raw, &members); err != nil {
		return header, "it is not a JSON object"
	}
	for _, member := range []struct {
		name  string
		value any
	}{{"alg", &header.algorithm}, {"kid", &header.keyID}, {"typ", &header.typ}} {
		if err := decodeMember(members[member.name], member.value); err != nil {
			return header, memberFault(member.name, err)
		}
	}
	for _, name := range []string{"crit", "b64"} {
		if members[name] != nil {
			return header, fmt.Sprintf("it requires extensions (member \"%s\"), and no extension is supported", name)
		}
	}
	return header, ""
}

// isHeaderOf reports whether go-jose, which verifies the signature, reads the same
// header. Otherwise the key and the algorithm of another header would be checked.
func (h joseHeader) isHeaderOf(jws *jose.JSONWebSignature) bool {
	if len(jws.Signatures) != 1 {
		return false
	}
	protected := jws.Signatures[0].Protected
	typ, hasType := protected.ExtraHeaders[jose.HeaderType].(string)
	sameType := hasType == (h.typ != nil) && (!hasType || typ == *h.typ)
	return protected.Algorithm == string(h.algorithm) && protected.KeyID == h.keyID && sameType
}

// verify returns the bytes that were signed with the key that the token names in
// its header. The failure is unknown_key, algorithm_not_allowed or bad_signature.
func (t *signedJWT) verify(keys *KeySet, issuer string) (payload []byte, failure *Failure) {
	keyID := printable(t.header.keyID, 100)
	signer := keys.find(t.header.keyID, string(t.header.algorithm))
	switch {
	case len(keys.Keys) == 0:
		return nil, &Failure{FailureUnknownKey, fmt.Sprintf("The token was signed with key \"%s\", and %s has not "+
			"published a key yet. Check that this instance issued the token. Older versions of ZITADEL publish a "+
			"key when they sign the first token, and remove it 30 hours after the last one.", keyID, issuer)}
	case t.header.keyID == "":
		return nil, &Failure{FailureUnknownKey, "The token's header does not name the key that signed it (kid)."}
	case signer == nil:
		return nil, &Failure{FailureUnknownKey, fmt.Sprintf("The token was signed with key \"%s\", which %s does "+
			"not publish: another instance issued the token, or the key was deleted.", keyID, issuer)}
	case signer.Algorithm != "" && signer.Algorithm != string(t.header.algorithm):
		return nil, &Failure{FailureAlgorithmNotAllowed, fmt.Sprintf("The token's algorithm is %s, but its key is "+
			"for %s.", t.header.algorithm, printable(signer.Algorithm, 50))}
	}
	payload, err := t.jws.Verify(signer.public)
	if err != nil {
		return nil, &Failure{FailureBadSignature, fmt.Sprintf("The signature was not made with key \"%s\": the "+
			"token was changed after it was signed, or forged. Its claims are not reported.", keyID)}
	}
	return payload, nil
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

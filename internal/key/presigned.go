package key

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// ParseAssertion decodes an assertion that was signed elsewhere. It does not verify the signature. It
// fails if text is not a JWT with an asymmetric algorithm, if the signature is empty, if the payload
// is not a JSON object, or if "sub", "iat" or "exp" is invalid. The error is a [fault.Fault] that
// contains no part of text.
//
// IssuedAt is zero if "iat" is missing or null. The same applies to ExpiresAt and "exp".
func ParseAssertion(text Secret) (*Assertion, error) {
	signed, err := jose.ParseSignedCompact(text.Reveal(), []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	})
	if err != nil {
		return nil, fault.New("assertion-not-jwt")
	}
	if slices.ContainsFunc(signed.Signatures, func(s jose.Signature) bool { return len(s.Signature) == 0 }) {
		return nil, fault.New("assertion-without-signature")
	}
	payload := bytes.TrimSpace(signed.UnsafePayloadWithoutVerification())
	// encoding/json ignores the letter case of member names, as ZITADEL does.
	var members struct {
		Subject  json.RawMessage `json:"sub"`
		Audience json.RawMessage `json:"aud"`
		IssuedAt json.RawMessage `json:"iat"`
		Expires  json.RawMessage `json:"exp"`
	}
	// Check the prefix, because encoding/json decodes null into any struct without an error.
	if err := json.Unmarshal(payload, &members); err != nil || !bytes.HasPrefix(payload, []byte("{")) {
		return nil, fault.New("assertion-payload-invalid")
	}
	assertion := &Assertion{Text: text}
	assertion.Audience, _ = object.DecodeStrings("aud", members.Audience) // nil if it is invalid
	err = object.DecodeMember("sub", members.Subject, &assertion.Subject)
	if err == nil {
		assertion.IssuedAt, err = object.DecodeTime("iat", members.IssuedAt)
	}
	if err == nil {
		assertion.ExpiresAt, err = object.DecodeTime("exp", members.Expires)
	}
	if err != nil {
		return nil, fault.New("assertion-claim-invalid", "reason", err)
	}
	if len(signed.Signatures) == 1 {
		assertion.KeyID = signed.Signatures[0].Header.KeyID
	}
	return assertion, nil
}

package key

import (
	"bytes"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// ParseAssertion decodes an assertion that was signed elsewhere, without verifying it.
// The error is a [fault.Fault] that contains no part of text: text is not a signed JWT,
// its payload is not a JSON object, or "sub", "iat" or "exp" is invalid.
//
// A time is zero if the assertion does not contain it.
func ParseAssertion(text Secret) (*Assertion, error) {
	signed, err := jose.ParseSignedCompact(text.Reveal(), []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	})
	if err != nil {
		return nil, fault.New("assertion-not-jwt")
	}
	payload := bytes.TrimSpace(signed.UnsafePayloadWithoutVerification())
	// encoding/json ignores the letter case of these names, as ZITADEL does.
	var members struct {
		Subject  json.RawMessage `json:"sub"`
		Audience json.RawMessage `json:"aud"`
		IssuedAt json.RawMessage `json:"iat"`
		Expires  json.RawMessage `json:"exp"`
	}
	// The prefix is checked because encoding/json accepts null as any struct.
	if err := json.Unmarshal(payload, &members); err != nil || !bytes.HasPrefix(payload, []byte("{")) {
		return nil, fault.New("assertion-payload-invalid")
	}
	assertion := &Assertion{Text: text, Audience: audience(members.Audience)}
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

// audience decodes the claim "aud" (RFC 7519 section 4.1.3), a string or an array of
// strings. It returns nil for anything else.
func audience(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	return many
}

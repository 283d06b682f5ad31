package key

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ParseAssertion looks into an assertion that was signed elsewhere, without
// verifying it. The error says that text is not a JWT, and holds none of it.
//
// Times that the assertion does not state are zero.
func ParseAssertion(text Secret) (*Assertion, error) {
	signed, err := jose.ParseSignedCompact(text.Reveal(), []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
		jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	})
	if err != nil {
		return nil, errors.New("the assertion is not a signed JWT (three base64url parts with dots between, signed by an asymmetric algorithm)")
	}
	var stated struct {
		Subject  string          `json:"sub"`
		Audience json.RawMessage `json:"aud"`
		IssuedAt numericDate     `json:"iat"`
		Expires  numericDate     `json:"exp"`
	}
	payload := bytes.TrimSpace(signed.UnsafePayloadWithoutVerification())
	// The prefix, as encoding/json takes null for any object.
	if err := json.Unmarshal(payload, &stated); err != nil || !bytes.HasPrefix(payload, []byte("{")) {
		return nil, errors.New("the assertion is not a JWT: its payload is not a JSON object of RFC 7519 claims")
	}
	assertion := &Assertion{
		Text:      text,
		Subject:   stated.Subject,
		Audience:  audience(stated.Audience),
		IssuedAt:  stated.IssuedAt.Time,
		ExpiresAt: stated.Expires.Time,
	}
	if len(signed.Signatures) == 1 {
		assertion.KeyID = signed.Signatures[0].Header.KeyID
	}
	return assertion, nil
}

// audience reads the "aud" of RFC 7519 section 4.1.3: a string or an array.
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

// numericDate is the NumericDate of RFC 7519 section 2: seconds since 1970.
type numericDate struct{ time.Time }

func (d *numericDate) UnmarshalJSON(data []byte) error {
	var seconds *float64
	if err := json.Unmarshal(data, &seconds); err != nil || seconds == nil {
		return err
	}
	const year9999 = 253402300799
	if *seconds < 0 || *seconds > year9999 {
		return errors.New("not a time that can be written")
	}
	d.Time = time.Unix(int64(*seconds), 0).UTC()
	return nil
}

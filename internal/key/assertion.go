package key

import (
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Backdate is subtracted from the time of signing to obtain an assertion's "iat", because
// ZITADEL rejects an assertion whose "iat" is two or more seconds ahead of ZITADEL's clock.
const Backdate = 5 * time.Second

// MaxLifetime is the maximum lifetime of an assertion. ZITADEL rejects an assertion that
// was issued more than an hour ago, regardless of its "exp".
const MaxLifetime = time.Hour

// Assertion is a signed assertion (RFC 7523).
type Assertion struct {
	Text      Secret // JWS in compact form; [Key.Sign] uses RS256
	Subject   string // "sub" claim; ZITADEL requires "iss" to be the same
	Audience  []string
	KeyID     string // "kid" in the header; "" if missing
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Sign signs an assertion for audience (RFC 7523 section 3). The now argument is the time of signing.
// "iat" is that time minus [Backdate], and "exp" is "iat" plus lifetime, both truncated to whole
// seconds. "jti" is random. "aud" is a string if audience has one element, and an array otherwise. If
// the key has no ID, the assertion has no "kid". The error is a fault with the code
// "key-cannot-sign".
func (k *Key) Sign(audience []string, now time.Time, lifetime time.Duration) (*Assertion, error) {
	issued, expires := validity(now, lifetime)
	payload := newClaims(k.Subject(), audience, issued, expires)
	payload.ID = rand.Text()
	text, err := k.sign(payload)
	if err != nil {
		return nil, fault.New("key-cannot-sign", "key", k.ID, "reason", err)
	}
	return &Assertion{
		Text:      NewSecret(text),
		Subject:   k.Subject(),
		Audience:  audience,
		KeyID:     k.ID,
		IssuedAt:  issued,
		ExpiresAt: expires,
	}, nil
}

// validity returns the "iat" and "exp" of an assertion that is signed at the time now.
func validity(now time.Time, lifetime time.Duration) (issued, expires time.Time) {
	issued = now.Add(-Backdate).UTC().Truncate(time.Second)
	return issued, issued.Add(lifetime).Truncate(time.Second)
}

// sign signs the claims with RS256, and returns the JWS in compact form.
func (k *Key) sign(c claims) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.ID}},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// claims is the payload of an assertion.
type claims struct {
	Issuer   string    `json:"iss"`
	Subject  string    `json:"sub"`
	Audience oneOrMany `json:"aud"`
	IssuedAt int64     `json:"iat"`
	Expires  int64     `json:"exp"`
	ID       string    `json:"jti,omitempty"`
}

// newClaims returns the claims of an assertion, except "jti".
func newClaims(subject string, audience []string, issued, expires time.Time) claims {
	return claims{
		Issuer: subject, Subject: subject, Audience: audience, IssuedAt: issued.Unix(), Expires: expires.Unix(),
	}
}

// oneOrMany is the value of the "aud" claim (RFC 7519 section 4.1.3). It is encoded as a string if it
// has one element, and as an array otherwise.
type oneOrMany []string

// MarshalJSON implements [json.Marshaler].
func (o oneOrMany) MarshalJSON() ([]byte, error) {
	if len(o) == 1 {
		return json.Marshal(o[0])
	}
	return json.Marshal([]string(o))
}

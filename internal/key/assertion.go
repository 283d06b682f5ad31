package key

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Backdate is how far before the signing an assertion says that it was issued.
// ZITADEL refuses one whose "iat" is two seconds ahead of its own clock.
const Backdate = 5 * time.Second

// MaxLifetime bounds an assertion: ZITADEL refuses one issued an hour ago,
// whatever its "exp".
const MaxLifetime = time.Hour

// Assertion is an RFC 7523 assertion, signed.
type Assertion struct {
	Text      Secret // compact JWS, RS256
	Subject   string // "iss" and "sub"
	Audience  []string
	KeyID     string // header "kid"
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Sign signs an assertion for audience at the time now (RFC 7523 section 3):
// "iat" is now less [Backdate], "exp" is lifetime after "iat", both in whole
// seconds, and "jti" is random. "aud" is a string when it is one.
func (k *Key) Sign(audience []string, now time.Time, lifetime time.Duration) (*Assertion, error) {
	issued := now.Add(-Backdate).UTC().Truncate(time.Second)
	expires := issued.Add(lifetime).Truncate(time.Second)
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.ID}},
		(&jose.SignerOptions{}).WithType("JWT"),
	)
	if err != nil {
		return nil, fmt.Errorf("key %s cannot sign: %w", k.ID, err)
	}
	payload, err := json.Marshal(claims{
		Issuer:   k.Subject(),
		Subject:  k.Subject(),
		Audience: oneOrMany(audience),
		IssuedAt: issued.Unix(),
		Expires:  expires.Unix(),
		ID:       rand.Text(),
	})
	if err != nil {
		return nil, err
	}
	signature, err := signer.Sign(payload)
	if err != nil {
		return nil, fmt.Errorf("key %s cannot sign: %w", k.ID, err)
	}
	text, err := signature.CompactSerialize()
	if err != nil {
		return nil, err
	}
	return &Assertion{Text: NewSecret(text), Subject: k.Subject(), Audience: audience, KeyID: k.ID, IssuedAt: issued, ExpiresAt: expires}, nil
}

type claims struct {
	Issuer   string    `json:"iss"`
	Subject  string    `json:"sub"`
	Audience oneOrMany `json:"aud"`
	IssuedAt int64     `json:"iat"`
	Expires  int64     `json:"exp"`
	ID       string    `json:"jti"`
}

// oneOrMany is the "aud" of RFC 7519 section 4.1.3.
type oneOrMany []string

func (o oneOrMany) MarshalJSON() ([]byte, error) {
	if len(o) == 1 {
		return json.Marshal(o[0])
	}
	return json.Marshal([]string(o))
}

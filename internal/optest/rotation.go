package optest

import (
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// ActiveKeyID returns the ID of the key that signs tokens now.
func (i *Issuer) ActiveKeyID() string { return i.keys.signer().id }

// RotateKey makes the next signing key the active one, at once, and adds a new
// next one to the published keys. The former one stays published, and the
// tokens it signed stay valid, until [Issuer.ForgetKey].
//
// It is quick, but the first use of a key that no issuer of the World has used
// takes a noticeable part of a second.
func (i *Issuer) RotateKey() { i.keys.rotate() }

// ForgetKey deletes a signing key, or one from [Issuer.PublishKey]: it is not
// published any more, and the access tokens it signed are not valid any more. A
// deleted next key gets a successor. An ID that no key has is not an error.
//
// Like ZITADEL, it does not delete the active key: it panics. ZITADEL publishes
// a deleted key for some seconds more; a test of that publishes it again.
func (i *Issuer) ForgetKey(keyID string) {
	if !i.keys.forget(keyID) {
		panic(fmt.Sprintf("optest: key %s is active, so it cannot be deleted", keyID))
	}
}

// PublishKey adds a key of any kind to the published ones, after all others. It
// never signs a token of the issuer, nor verifies one. Of a private key it
// publishes the public part. It panics if the key is not valid.
func (i *Issuer) PublishKey(k jose.JSONWebKey) {
	public := k.Public()
	if !public.Valid() {
		panic(fmt.Sprintf("optest: key %q is not a valid asymmetric key", k.KeyID))
	}
	i.keys.publish(public)
}

// SignToken returns any claims as a JWT signed with the active key, in the form
// of ZITADEL's tokens: with alg RS256, the kid and typ JWT in the header. To
// introspection it is not active, as the issuer does not know it (unless its jti
// is that of a token the issuer knows). It panics if a claim has no JSON form.
func (i *Issuer) SignToken(claims map[string]any) string {
	signed, err := i.keys.sign(claims)
	if err != nil {
		panic(fmt.Sprintf("optest: signing a token: %v", err)) // an RSA key signs anything
	}
	i.traffic.tell("signed token", signed)
	return signed
}

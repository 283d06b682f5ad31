package optest

import (
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// ActiveKeyID returns the ID of the active key, which signs tokens.
func (i *Issuer) ActiveKeyID() string { return i.keys.signer().id }

// RotateKey immediately activates the next signing key and publishes a new next key. The
// former key stays published, and the tokens that it signed stay valid, until the key is
// deleted with [Issuer.DeleteSigningKey].
//
// RotateKey itself is fast, but the first use of a key takes a noticeable fraction of a
// second, unless a different issuer of the same World has already used the key.
func (i *Issuer) RotateKey() { i.keys.rotate() }

// DeleteSigningKey deletes a signing key, or a key from [Issuer.PublishKey]: the key is no
// longer published, and access tokens that it signed are no longer valid. If it was the next
// key, a new one replaces it. An unknown ID is ignored.
//
// ZITADEL does not delete the active key, so DeleteSigningKey panics if the key is active.
// ZITADEL keeps publishing a deleted key for a few seconds, which a test can simulate with
// [Issuer.PublishKey].
func (i *Issuer) DeleteSigningKey(keyID string) {
	if !i.keys.remove(keyID) {
		panic(fmt.Sprintf("optest: key %s is active, so it cannot be deleted", keyID))
	}
}

// PublishKey publishes a key of any type, after the keys that are already published. The
// issuer does not use it to sign or verify tokens. If k is a private key, PublishKey publishes
// its public key. It panics if k is not a valid asymmetric key.
func (i *Issuer) PublishKey(k jose.JSONWebKey) {
	public := k.Public()
	if !public.Valid() {
		panic(fmt.Sprintf("optest: key %q is not a valid asymmetric key", k.KeyID))
	}
	i.keys.publish(public)
}

// SignToken returns a JWT with the given claims, signed with the active key. Its header is
// that of ZITADEL's tokens: alg RS256, the kid, and typ JWT. Introspection reports the token
// as inactive, unless its jti is that of an issued token. SignToken panics if JSON cannot
// represent a claim.
func (i *Issuer) SignToken(claims map[string]any) string {
	signed, err := i.keys.sign(claims)
	if err != nil {
		panic(fmt.Sprintf("optest: signing a token: %v", err)) // an RSA key can sign any claims
	}
	i.traffic.reportSecret("signed token", signed)
	return signed
}

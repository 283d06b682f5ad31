package optest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// publishedKeys returns the issuer's key set.
func publishedKeys(t *testing.T, i *Issuer) jose.JSONWebKeySet {
	t.Helper()
	_, body := send(t, http.MethodGet, i.URL+jwksPath, nil, nil)
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(body, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

// publishedKeyIDs returns the IDs of the keys in the issuer's key set.
func publishedKeyIDs(t *testing.T, i *Issuer) []string {
	t.Helper()
	var ids []string
	for _, k := range publishedKeys(t, i).Keys {
		ids = append(ids, k.KeyID)
	}
	return ids
}

// wantToken fails the test unless the token is signed with the given key and introspection
// reports the given state.
func wantToken(t *testing.T, i *Issuer, token, keyID string, active bool) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if got := signed.Signatures[0].Header.KeyID; got != keyID {
		t.Errorf("token is signed with key %q, want %q", got, keyID)
	}
	if _, object := introspect(t, i, i.World.APIBasic, token); object["active"] != active {
		t.Errorf("introspection: %v, want active %t", object, active)
	}
}

func TestRotateKey(t *testing.T) {
	t.Parallel()
	w := world()
	issuer, other := startIssuer(t, w), startIssuer(t, w)
	before := publishedKeyIDs(t, issuer)
	first := issuer.ActiveKeyID()
	old := requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT))

	issuer.RotateKey()
	second := issuer.ActiveKeyID()
	if len(before) != 2 || before[0] != first || before[1] != second {
		t.Errorf("active keys were %q and then %q, want %q in that order", first, second, before)
	}
	after := publishedKeyIDs(t, issuer)
	if len(after) != 3 || !slices.Equal(after[:2], before) {
		t.Errorf("published keys %q, want %q and one more", after, before)
	}
	fresh := requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT))
	wantToken(t, issuer, fresh, second, true)
	wantToken(t, issuer, old, first, true)

	issuer.DeleteSigningKey(first)
	wantToken(t, issuer, old, first, false)
	wantToken(t, issuer, fresh, second, true)
	if got := publishedKeyIDs(t, issuer); !slices.Equal(got, after[1:]) {
		t.Errorf("published keys %q, want %q", got, after[1:])
	}
	if got := publishedKeyIDs(t, other); !slices.Equal(got, before) || other.ActiveKeyID() != first {
		t.Errorf("other issuer: published keys %q, active key %q; want %q and %q",
			got, other.ActiveKeyID(), before, first)
	}
}

// TestMoreKeysThanWorld checks that an issuer can use more keys than its World has.
func TestMoreKeysThanWorld(t *testing.T) {
	t.Parallel()
	few := *world() // a copy, because other tests use world() concurrently
	few.signing = few.signing[:2]
	w := &few
	issuer := startIssuer(t, w)
	next := publishedKeyIDs(t, issuer)[1]
	issuer.DeleteSigningKey(next)
	issuer.DeleteSigningKey("unknown")
	ids := publishedKeyIDs(t, issuer)
	if len(ids) != 2 || ids[0] != issuer.ActiveKeyID() || ids[1] == next {
		t.Errorf("published keys %q, want the active key and a new key instead of %q", ids, next)
	}
	issuer.RotateKey()
	wantToken(t, issuer, requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT)), ids[1], true)
}

func TestDeleteActiveKey(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	defer func() {
		if recover() == nil || len(publishedKeyIDs(t, issuer)) != 2 {
			t.Error("the active key was deleted, want a panic")
		}
	}()
	issuer.DeleteSigningKey(issuer.ActiveKeyID())
}

func TestPublishKey(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	active := issuer.ActiveKeyID()
	issuer.PublishKey(jose.JSONWebKey{Key: private, KeyID: "ec", Algorithm: "ES256", Use: "sig"})
	issuer.PublishKey(jose.JSONWebKey{Key: public, KeyID: "ed", Algorithm: "EdDSA", Use: "sig"})

	set := publishedKeys(t, issuer)
	if len(set.Keys) != 4 || issuer.ActiveKeyID() != active {
		t.Fatalf("%d keys, active key %s; want 4 keys, active key %s", len(set.Keys), issuer.ActiveKeyID(), active)
	}
	if got, ok := set.Keys[2].Key.(*ecdsa.PublicKey); !ok || !got.Equal(&private.PublicKey) {
		t.Errorf("published key %+v, want the EC key", set.Keys[2])
	}
	if got, ok := set.Keys[3].Key.(ed25519.PublicKey); !ok || !got.Equal(public) {
		t.Errorf("published key %+v, want the Ed25519 key", set.Keys[3])
	}
	issuer.DeleteSigningKey("ec")
	if got := publishedKeyIDs(t, issuer); len(got) != 3 || got[2] != "ed" {
		t.Errorf("published keys %q, want all except the EC key", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a symmetric key was published, want a panic")
		}
	}()
	issuer.PublishKey(jose.JSONWebKey{Key: []byte("secret")})
}

func TestSignToken(t *testing.T) {
	t.Parallel()
	issuer := startIssuer(t, world())
	issuer.RotateKey()
	token := issuer.SignToken(map[string]any{"iss": issuer.URL, "aud": []string{issuer.World.Project.ID}, "x": 1})
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if typ := signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType]; typ != "JWT" {
		t.Errorf("typ %v, want JWT", typ)
	}
	var claims struct{ X int }
	payload, err := signed.Verify(publishedKeys(t, issuer))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &claims); err != nil || claims.X != 1 {
		t.Errorf("claims %s, error %v; want x = 1", payload, err)
	}
	wantToken(t, issuer, token, issuer.ActiveKeyID(), false)
}

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

// published returns the keys in the issuer's key set.
func published(t *testing.T, i *Issuer) jose.JSONWebKeySet {
	t.Helper()
	_, body := send(t, http.MethodGet, i.URL+jwksPath, nil, nil)
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(body, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

// keyIDs returns the IDs of the keys in the issuer's key set.
func keyIDs(t *testing.T, i *Issuer) []string {
	t.Helper()
	var ids []string
	for _, k := range published(t, i).Keys {
		ids = append(ids, k.KeyID)
	}
	return ids
}

// wantToken fails the test unless the token is signed with that key, and active
// or not.
func wantToken(t *testing.T, i *Issuer, token, keyID string, active bool) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if got := signed.Signatures[0].Header.KeyID; got != keyID {
		t.Errorf("the token is signed with %q, want %q", got, keyID)
	}
	if _, answer := introspect(t, i, i.World.APIBasic, token); answer["active"] != active {
		t.Errorf("introspection: %v, want active %t", answer, active)
	}
}

func TestRotateKey(t *testing.T) {
	t.Parallel()
	w := world()
	issuer, other := start(t, w), start(t, w)
	before := keyIDs(t, issuer)
	first := issuer.ActiveKeyID()
	old := accessToken(t, issuer, secretGrant(w.ServiceJWT))

	issuer.RotateKey()
	second := issuer.ActiveKeyID()
	if len(before) != 2 || before[0] != first || before[1] != second {
		t.Errorf("%s follows %s, want the second one of %q", second, first, before)
	}
	after := keyIDs(t, issuer)
	if len(after) != 3 || !slices.Equal(after[:2], before) {
		t.Errorf("published keys %q, want %q and a next one", after, before)
	}
	fresh := accessToken(t, issuer, secretGrant(w.ServiceJWT))
	wantToken(t, issuer, fresh, second, true)
	wantToken(t, issuer, old, first, true)

	issuer.ForgetKey(first)
	wantToken(t, issuer, old, first, false)
	wantToken(t, issuer, fresh, second, true)
	if got := keyIDs(t, issuer); !slices.Equal(got, after[1:]) {
		t.Errorf("published keys %q, want %q", got, after[1:])
	}
	if got := keyIDs(t, other); !slices.Equal(got, before) || other.ActiveKeyID() != first {
		t.Errorf("the other issuer has %q, of which %s is active; want %q", got, other.ActiveKeyID(), before)
	}
}

// There are more rotations in this test than the World has keys for.
func TestKeysNeverRunOut(t *testing.T) {
	t.Parallel()
	few := *world() // a copy: other tests use world() at the same time
	few.signing = few.signing[:2]
	w := &few
	issuer := start(t, w)
	next := keyIDs(t, issuer)[1]
	issuer.ForgetKey(next)
	issuer.ForgetKey("unknown")
	ids := keyIDs(t, issuer)
	if len(ids) != 2 || ids[0] != issuer.ActiveKeyID() || ids[1] == next {
		t.Errorf("published keys %q, want a successor of %s", ids, next)
	}
	issuer.RotateKey()
	wantToken(t, issuer, accessToken(t, issuer, secretGrant(w.ServiceJWT)), ids[1], true)
}

func TestActiveKeyCannotBeForgotten(t *testing.T) {
	t.Parallel()
	issuer := start(t, world())
	defer func() {
		if recover() == nil || len(keyIDs(t, issuer)) != 2 {
			t.Error("the active key was deleted")
		}
	}()
	issuer.ForgetKey(issuer.ActiveKeyID())
}

func TestPublishKey(t *testing.T) {
	t.Parallel()
	issuer := start(t, world())
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

	set := published(t, issuer)
	if len(set.Keys) != 4 || issuer.ActiveKeyID() != active {
		t.Fatalf("%d keys, active %s; want 4, and %s", len(set.Keys), issuer.ActiveKeyID(), active)
	}
	if got, ok := set.Keys[2].Key.(*ecdsa.PublicKey); !ok || !got.Equal(&private.PublicKey) {
		t.Errorf("the EC key is %+v", set.Keys[2])
	}
	if got, ok := set.Keys[3].Key.(ed25519.PublicKey); !ok || !got.Equal(public) {
		t.Errorf("the Ed25519 key is %+v", set.Keys[3])
	}
	issuer.ForgetKey("ec")
	if got := keyIDs(t, issuer); len(got) != 3 || got[2] != "ed" {
		t.Errorf("published keys %q, want no EC one", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a symmetric key was published")
		}
	}()
	issuer.PublishKey(jose.JSONWebKey{Key: []byte("secret")})
}

func TestSignToken(t *testing.T) {
	t.Parallel()
	issuer := start(t, world())
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
	payload, err := signed.Verify(published(t, issuer))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(payload, &claims); err != nil || claims.X != 1 {
		t.Errorf("claims %s, %v", payload, err)
	}
	wantToken(t, issuer, token, issuer.ActiveKeyID(), false)
}

package provider_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// If a key JSON has no keyId, as is usual for a system user, its assertions must have no "kid" header.
// Blocks whose requests ZITADEL would reject for this reason must fail without sending a request.
func TestKeyWithoutID(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	without := func(keyJSON []byte) object {
		return object{"key_json": acctest.ChangeKey(t, keyJSON, object{"keyId": nil})}
	}
	service, api, oidc := without(w.Service.KeyJSON()), without(w.API.KeyJSON()), without(w.OIDC.KeyJSON())
	null := object{"key_json": acctest.ChangeKey(t, w.Service.KeyJSON(), object{"keyId": json.RawMessage("null")})}
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.Service.KeyJSON())})
	for _, kind := range acctest.Kinds {
		signed := p.MustRead(kind, "zitadel_client_assertion", object{"credentials": service})
		header, claims := acctest.DecodeJWT(t, signed["assertion"])
		if want := (map[string]any{"alg": "RS256", "typ": "JWT"}); !reflect.DeepEqual(header, want) {
			t.Errorf("%s: header %v, want %v", kind, header, want)
		}
		if claims["iss"] != w.Service.ID || claims["sub"] != w.Service.ID || claims["aud"] != i.URL {
			t.Errorf("%s: claims %v, want iss and sub %s, aud %s", kind, claims, w.Service.ID, i.URL)
		}
		if signed["key_id"] != nil {
			t.Errorf("%s: key_id is %v, want null", kind, signed["key_id"])
		}
		for _, credentials := range []object{service, null} {
			p.MustRead(kind, "zitadel_client_assertion", object{"credentials": credentials})
		}
		if info := p.MustRead(kind, "zitadel_key_info", service); info["key_id"] != nil || info["user_id"] != w.Service.ID {
			t.Errorf("%s: got %v, want user ID %s and no key ID", kind, info, w.Service.ID)
		}
		for block, arguments := range map[string]object{
			"zitadel_access_token":     {"credentials": service},
			"zitadel_introspection":    {"credentials": api, "token": "a"},
			"zitadel_token_exchange":   {"credentials": oidc, "subject_token": "a"},
			"zitadel_client_assertion": {"credentials": api},
		} {
			_, found := p.Read(kind, block, arguments)
			checkCodes(t, found, "key-id-missing")
			acctest.CheckContains(t, found, "ERROR [credentials", `"keyId"`)
		}
	}
	_, found := p.Read("ephemeral", "zitadel_access_token", object{"revoke_with": oidc})
	checkCodes(t, found, "key-id-missing")
	acctest.CheckContains(t, found, "ERROR [revoke_with")
	if n := i.Connections(); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
}

// The warning that audience does not contain the issuer must mention the System API, whose audience
// can differ from the issuer.
func TestSystemAudience(t *testing.T) {
	t.Parallel()
	service := acctest.World().Service.KeyJSON()
	key := acctest.ChangeKey(t, service, object{"keyId": nil})
	p := startConfigured(t, object{"issuer": "https://one.example", "key_json": key})
	got, found := p.Read("data", "zitadel_client_assertion", object{"audience": []string{"https://system.example"}})
	checkCodes(t, found, "audience-without-issuer")
	acctest.CheckContains(t, found, adviceOf("audience-without-issuer", "issuer", "https://one.example"), "System API")
	if _, claims := acctest.DecodeJWT(t, got["assertion"]); claims["aud"] != "https://system.example" {
		t.Errorf("aud is %v, want the configured audience", claims["aud"])
	}
}

// If audience is set, an assertion must not require an issuer. This is useful in a configuration that
// calls only the System API.
func TestAssertionWithoutIssuer(t *testing.T) {
	t.Parallel()
	p := startConfigured(t, object{"key_json": acctest.ServiceKey()})
	for _, kind := range acctest.Kinds {
		got := p.MustRead(kind, "zitadel_client_assertion", object{"audience": []string{"https://system.example"}})
		if _, claims := acctest.DecodeJWT(t, got["assertion"]); claims["aud"] != "https://system.example" {
			t.Errorf("%s: aud is %v, want the configured audience", kind, claims["aud"])
		}
		_, found := p.Read(kind, "zitadel_client_assertion", nil)
		checkCodes(t, found, "issuer-missing")
	}
	unknown := startConfigured(t, object{"issuer": acctest.Unknown{}, "key_json": acctest.ServiceKey()})
	unknown.MustRead("data", "zitadel_client_assertion", object{"audience": []string{"https://system.example"}})
	_, found := unknown.Read("data", "zitadel_client_assertion", nil)
	checkCodes(t, found, "argument-unknown")
}

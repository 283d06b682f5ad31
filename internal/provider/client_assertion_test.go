package provider_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestClientAssertion(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	const issuer = "https://zitadel.example"
	service, application := string(w.Service.KeyJSON()), string(w.API.KeyJSON())
	for name, c := range map[string]struct {
		provider, block object
		subject         string
		audience        any
		lifetime        time.Duration
	}{
		"service account": {object{"key_json": service}, object{}, w.Service.ID, issuer, time.Hour},
		"application":     {object{"key_json": application}, object{}, w.API.ClientID, issuer, time.Hour},
		"provider's lifetime": {
			object{"key_json": service, "assertion_lifetime": "10m"}, object{}, w.Service.ID, issuer,
			10 * time.Minute,
		},
		"block's lifetime": {
			object{"key_json": service, "assertion_lifetime": "10m"}, object{"lifetime": "2m"}, w.Service.ID, issuer,
			2 * time.Minute,
		},
		"two audiences": {
			object{"key_json": service}, object{"audience": []string{issuer, "https://a.example"}}, w.Service.ID,
			[]any{"https://a.example", issuer}, time.Hour,
		},
		"block's key": {
			object{"key_json": service}, object{"credentials": object{"key_json": application}}, w.API.ClientID,
			issuer, time.Hour,
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				c.provider["issuer"] = issuer // no server is needed, because no request is sent
				p := startConfigured(t, c.provider)
				got := p.MustRead(kind, "zitadel_client_assertion", c.block)
				header, claims := acctest.DecodeJWT(t, got["assertion"])
				if want := (map[string]any{"alg": "RS256", "typ": "JWT", "kid": got["key_id"]}); !reflect.DeepEqual(header, want) {
					t.Errorf("header %v, want %v", header, want)
				}
				issued, expires := acctest.ParseTime(t, got["issued_at"]), acctest.ParseTime(t, got["expires_at"])
				if lag := time.Since(issued); lag < 5*time.Second || expires.Sub(issued) != c.lifetime {
					t.Errorf("issued %s ago, valid for %s; want at least 5s ago, valid for %s", lag, expires.Sub(issued), c.lifetime)
				}
				jti, _ := claims["jti"].(string)
				want := map[string]any{
					"iss": c.subject, "sub": c.subject, "aud": c.audience, "jti": jti,
					"iat": float64(issued.Unix()), "exp": float64(expires.Unix()),
				}
				if !reflect.DeepEqual(claims, want) || jti == "" {
					t.Errorf("claims %v, want %v", claims, want)
				}
				if got["subject"] != c.subject ||
					got["assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
					t.Errorf("subject %v, assertion type %v; want %s, jwt-bearer",
						got["subject"], got["assertion_type"], c.subject)
				}
				if again := p.MustRead(kind, "zitadel_client_assertion", c.block); again["assertion"] == got["assertion"] {
					t.Error("two blocks returned the same assertion")
				}
			})
		}
	}
}

func TestClientAssertionMakesNoRequest(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	p.MustRead("data", "zitadel_client_assertion", nil)
	if n := i.Requests(optest.Discovery); n != 0 || i.Connections() != 0 {
		t.Errorf("%d requests and %d connections, want none", n, i.Connections())
	}
}

// The provider must warn if audience does not contain the issuer, because ZITADEL would
// reject the assertion.
func TestClientAssertionForeignAudience(t *testing.T) {
	t.Parallel()
	for _, kind := range acctest.Kinds {
		p := startConfigured(
			t,
			object{"issuer": "https://zitadel.example", "key_json": string(acctest.World().Service.KeyJSON())},
		)
		got, found := p.Read(kind, "zitadel_client_assertion", object{"audience": []string{"https://zitadel.example/"}})
		checkCodes(t, found, "audience-without-issuer")
		acctest.CheckContains(t, found, "WARNING [audience]", "https://zitadel.example")
		if _, claims := acctest.DecodeJWT(t, got["assertion"]); claims["aud"] != "https://zitadel.example/" {
			t.Errorf("%s: aud is %v, want the configured audience", kind, claims["aud"])
		}
	}
}

package provider_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

func TestClientAssertion(t *testing.T) {
	w := world()
	const issuer = "https://zitadel.example"
	service, application := string(w.Service.KeyJSON()), string(w.API.KeyJSON())
	for name, c := range map[string]struct {
		provider, block object
		subject         string
		audience        any
		lifetime        time.Duration
	}{
		"service account":     {object{"key_json": service}, object{}, w.Service.ID, issuer, time.Hour},
		"application":         {object{"key_json": application}, object{}, w.API.ClientID, issuer, time.Hour},
		"provider's lifetime": {object{"key_json": service, "assertion_lifetime": "10m"}, object{}, w.Service.ID, issuer, 10 * time.Minute},
		"block's lifetime":    {object{"key_json": service, "assertion_lifetime": "10m"}, object{"lifetime": "2m"}, w.Service.ID, issuer, 2 * time.Minute},
		"two audiences":       {object{"key_json": service}, object{"audience": []string{issuer, "https://a.example"}}, w.Service.ID, []any{"https://a.example", issuer}, time.Hour},
		"block's key":         {object{"key_json": service}, object{"credentials": object{"key_json": application}}, w.API.ClientID, issuer, time.Hour},
	} {
		for _, kind := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				c.provider["issuer"] = issuer // nobody answers there: no request is made
				p := configured(t, c.provider)
				got := p.must(kind, "zitadel_client_assertion", c.block)
				header, claims := jwt(t, got["assertion"])
				if want := (map[string]any{"alg": "RS256", "typ": "JWT", "kid": got["key_id"]}); !reflect.DeepEqual(header, want) {
					t.Errorf("header %v, want %v", header, want)
				}
				issued, expires := instantOf(t, got["issued_at"]), instantOf(t, got["expires_at"])
				if lag := time.Since(issued); lag < 5*time.Second || expires.Sub(issued) != c.lifetime {
					t.Errorf("issued %s ago, for %s", lag, expires.Sub(issued))
				}
				jti, _ := claims["jti"].(string)
				want := map[string]any{
					"iss": c.subject, "sub": c.subject, "aud": c.audience, "jti": jti,
					"iat": float64(issued.Unix()), "exp": float64(expires.Unix()),
				}
				if !reflect.DeepEqual(claims, want) || jti == "" {
					t.Errorf("claims %v, want %v", claims, want)
				}
				if got["subject"] != c.subject || got["assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
					t.Errorf("subject %v, type %v", got["subject"], got["assertion_type"])
				}
				if again := p.must(kind, "zitadel_client_assertion", c.block); again["assertion"] == got["assertion"] {
					t.Error("two blocks got one assertion")
				}
			})
		}
	}
}

func TestClientAssertionMakesNoRequest(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL, "key_json": string(i.World.Service.KeyJSON())})
	p.must("data", "zitadel_client_assertion", nil)
	if n := i.Requests(optest.Discovery); n != 0 || i.Connections() != 0 {
		t.Errorf("%d requests, %d connections", n, i.Connections())
	}
}

// ZITADEL refuses an assertion that is not for it, so that gets a warning.
func TestClientAssertionForOthers(t *testing.T) {
	for _, kind := range kinds {
		p := configured(t, object{"issuer": "https://zitadel.example", "key_json": string(world().Service.KeyJSON())})
		got, found := p.read(kind, "zitadel_client_assertion", object{"audience": []string{"https://zitadel.example/"}})
		contains(t, found, "WARNING", "[audience]", "https://zitadel.example")
		if _, claims := jwt(t, got["assertion"]); claims["aud"] != "https://zitadel.example/" {
			t.Errorf("%s: aud is %v", kind, claims["aud"])
		}
	}
}

// jwt decodes header and claims.
func jwt(t *testing.T, value any) (header, claims map[string]any) {
	t.Helper()
	text, _ := value.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for n, target := range []*map[string]any{&header, &claims} {
		decoded, err := base64.RawURLEncoding.DecodeString(parts[n])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(decoded, target); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

package provider_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const verification = "zitadel_token_verification"

// good are the claims of an access token as ZITADEL issues it.
func good(i *optest.Issuer) map[string]any {
	w, now := i.World, time.Now()
	return map[string]any{
		"iss": i.URL, "sub": w.ServiceJWT.ID, "aud": []string{w.Project.ID}, "client_id": w.ServiceJWT.Name, "jti": "1",
		"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
		"urn:zitadel:iam:org:project:" + w.Project.ID + ":roles":      map[string]any{"reader": map[string]string{w.OrganizationID: w.OrganizationDomain}},
		"urn:zitadel:iam:org:project:" + w.OtherProject.ID + ":roles": map[string]any{"boss": map[string]string{w.OrganizationID: w.OrganizationDomain}},
	}
}

// codes are the failures of a verification, sorted.
func codes(result object) []string {
	var found []string
	for _, each := range result["failures"].([]any) {
		found = append(found, each.(object)["code"].(string))
	}
	slices.Sort(found)
	return found
}

// Every reason for which a token whose signature is good is refused; all that
// hold are listed.
func TestVerification(t *testing.T) {
	i := issuer(t)
	w := i.World
	ago := func(d time.Duration) int64 { return time.Now().Add(-d).Unix() }
	for name, c := range map[string]struct {
		change map[string]any // nil removes
		rules  object
		codes  []string
		words  string
	}{
		"good":                  {nil, nil, nil, ""},
		"policy met":            {nil, object{"required_audience": []string{w.Project.ID}, "required_roles": []string{"reader"}, "project_id": w.Project.ID}, nil, ""},
		"expired":               {map[string]any{"exp": ago(time.Minute)}, nil, []string{"expired"}, "expired at"},
		"expired, leeway":       {map[string]any{"exp": ago(time.Minute)}, object{"leeway": "2m"}, nil, ""},
		"no end":                {map[string]any{"exp": nil}, nil, []string{"malformed"}, "exp"},
		"not yet valid":         {map[string]any{"nbf": ago(-time.Minute)}, nil, []string{"not_yet_valid"}, "leeway"},
		"issued in the future":  {map[string]any{"iat": ago(-time.Minute)}, nil, []string{"not_yet_valid"}, ""},
		"not yet, leeway":       {map[string]any{"nbf": ago(-time.Minute), "iat": ago(-time.Minute)}, object{"leeway": "2m"}, nil, ""},
		"wrong issuer":          {map[string]any{"iss": "https://other.example"}, nil, []string{"wrong_issuer"}, "https://other.example"},
		"id token":              {map[string]any{"azp": "a", "at_hash": "b", "jti": nil}, nil, []string{"not_access_token"}, "id token"},
		"audience":              {nil, object{"required_audience": []string{"1"}}, []string{"missing_audience"}, `lacks "1"`},
		"no scope claim":        {nil, object{"required_scopes": []string{"openid"}}, []string{"missing_scope"}, "carries no scope claim"},
		"scope claim":           {map[string]any{"scope": "openid email"}, object{"required_scopes": []string{"openid"}}, nil, ""},
		"role":                  {nil, object{"required_roles": []string{"writer"}, "project_id": w.Project.ID}, []string{"missing_role"}, `lacks "writer"`},
		"role of other project": {nil, object{"required_roles": []string{"boss"}, "project_id": w.Project.ID}, []string{"missing_role"}, ""},
		"role by organization":  {nil, object{"required_roles": []string{"reader"}, "project_id": w.Project.ID, "organization_id": "1"}, []string{"missing_role"}, "by organization 1"},
		"generic roles claim":   {map[string]any{"urn:zitadel:iam:org:project:roles": map[string]any{"boss": map[string]string{"1": "a"}}}, object{"required_roles": []string{"boss"}, "project_id": "1"}, []string{"missing_role"}, ""},
		"everything at once": {
			map[string]any{"iss": "https://other.example", "exp": ago(time.Hour), "nbf": ago(-time.Minute), "azp": "a"},
			object{"required_audience": []string{"1"}, "required_scopes": []string{"a"}, "required_roles": []string{"b"}, "project_id": w.Project.ID},
			[]string{"expired", "missing_audience", "missing_role", "missing_scope", "not_access_token", "not_yet_valid", "wrong_issuer"}, "",
		},
		"wrong types": {map[string]any{"sub": 7}, nil, []string{"malformed"}, `"sub"`},
	} {
		for _, kind := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				claims := good(i)
				for claim, value := range c.change {
					claims[claim] = value
					if value == nil {
						delete(claims, claim)
					}
				}
				p := configured(t, object{"issuer": i.URL})
				block := object{"token": i.SignToken(claims)}
				for at, rule := range c.rules {
					block[at] = rule
				}
				got := p.must(kind, verification, block)
				if found := codes(got); !slices.Equal(found, c.codes) || got["valid"] != (c.codes == nil) {
					t.Errorf("valid %v, failures %v, want %v", got["valid"], got["failures"], c.codes)
				}
				if !hasAll(fmt.Sprint(got["failures"]), c.words) {
					t.Errorf("no %q in %v", c.words, got["failures"])
				}
				block["fail_when_invalid"] = true
				if _, found := p.read(kind, verification, block); (len(found) > 0) != (c.codes != nil) || !hasAll(found.String(), c.codes...) {
					t.Errorf("fail_when_invalid: %v", found)
				}
			})
		}
	}
}

// The claims come from the token itself, in the words of introspection.
func TestVerificationTellsClaims(t *testing.T) {
	i := issuer(t)
	w := i.World
	asked := token(t, i, w.ServiceJWT.KeyJSON(), everything...)
	got := configured(t, object{"issuer": i.URL}).must("data", verification, object{"token": asked, "project_id": w.Project.ID})
	granted := object{w.OrganizationID: w.OrganizationDomain}
	wanted := object{
		"valid": true, "client_id": w.ServiceJWT.Name, "subject": w.ServiceJWT.ID, "issuer": i.URL, "audience": []any{w.Project.ID},
		"scopes": []any{}, "roles": []any{"reader", "writer"}, "metadata": object{"team": "red"},
		"roles_by_project": object{w.Project.ID: object{"reader": granted, "writer": granted}},
	}
	for name, want := range wanted {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if header := got["header_json"].(string); !hasAll(header, `"kid"`, i.ActiveKeyID()) {
		t.Errorf("header_json is %s", header)
	}
	if i.Requests(optest.Introspection) != 0 {
		t.Error("introspection was asked")
	}
}

// Attacks: each is refused for a reason, and of none anything is told of the
// claims.
func TestForgedTokens(t *testing.T) {
	i := issuer(t)
	// Another instance has other keys under the same ids.
	other, err := optest.Start(optest.NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	genuine := i.SignToken(good(i))
	parts := strings.Split(genuine, ".")
	forger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(key jose.SigningKey, header map[string]any) string {
		t.Helper()
		options := &jose.SignerOptions{}
		for name, value := range header {
			options.WithHeader(jose.HeaderKey(name), value)
		}
		signer, err := jose.NewSigner(key, options)
		if err != nil {
			t.Fatal(err)
		}
		payload, err := json.Marshal(good(i))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		text, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	own := jose.SigningKey{Algorithm: jose.ES256, Key: forger}
	embedded := jose.JSONWebKey{Key: &forger.PublicKey, KeyID: "forger", Algorithm: "ES256"}
	encode := base64.RawURLEncoding.EncodeToString
	reheaded := func(header string) string { return encode([]byte(header)) + "." + parts[1] + "." + parts[2] }
	for name, c := range map[string]struct {
		token string
		code  string
	}{
		"alg none":             {encode([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", "algorithm_not_allowed"},
		"alg None":             {reheaded(`{"alg":"nOnE","kid":"` + i.ActiveKeyID() + `"}`), "algorithm_not_allowed"},
		"HMAC with public key": {forge(jose.SigningKey{Algorithm: jose.HS256, Key: publicPEM(t, i)}, map[string]any{"kid": i.ActiveKeyID()}), "algorithm_not_allowed"},
		"another algorithm":    {reheaded(`{"alg":"RS512","kid":"` + i.ActiveKeyID() + `"}`), "algorithm_not_allowed"},
		"embedded jwk":         {forge(own, map[string]any{"jwk": embedded}), "unknown_key"},
		"jku":                  {forge(own, map[string]any{"jku": other.URL + "/oauth/v2/keys", "kid": "forger"}), "unknown_key"},
		"x5u":                  {forge(own, map[string]any{"x5u": other.URL, "kid": "forger"}), "unknown_key"},
		"kid of the issuer":    {forge(own, map[string]any{"kid": i.ActiveKeyID()}), "algorithm_not_allowed"},
		"kid is a path":        {forge(own, map[string]any{"kid": "../../../../dev/null"}), "unknown_key"},
		"kid is a URL":         {forge(own, map[string]any{"kid": other.URL + "/oauth/v2/keys"}), "unknown_key"},
		"no kid":               {reheaded(`{"alg":"RS256"}`), "unknown_key"},
		"critical header":      {reheaded(`{"alg":"RS256","kid":"` + i.ActiveKeyID() + `","crit":["exp"],"exp":1}`), "malformed"},
		"claims changed":       {parts[0] + "." + encode([]byte(`{"sub":"admin"}`)) + "." + parts[2], "bad_signature"},
		"signature changed":    {parts[0] + "." + parts[1] + "." + flip(parts[2]), "bad_signature"},
		"no signature":         {parts[0] + "." + parts[1] + ".", "bad_signature"},
		"other instance":       {other.SignToken(good(other)), "bad_signature"}, // whose key has the same kid
		"repeated claim":       {parts[0] + "." + encode([]byte(`{"sub":"a","sub":"b"}`)) + "." + parts[2], "malformed"},
		"folded claim":         {parts[0] + "." + encode([]byte(`{"sub":"a","SUB":"b"}`)) + "." + parts[2], "malformed"},
		"JWE":                  {i.World.Service.PAT, "opaque_token"},
		"no dots":              {"abcdefghij", "opaque_token"},
		"two parts":            {"a.b", "malformed"},
		"10,000 dots":          {strings.Repeat(".", 10000), "malformed"},
		"2 MiB":                {parts[0] + "." + strings.Repeat("A", 2<<20) + "." + parts[2], "malformed"},
	} {
		for _, kind := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				before := other.Connections()
				p := configured(t, object{"issuer": i.URL})
				got := p.must(kind, verification, object{"token": c.token, "required_audience": []string{"1"}})
				if found := codes(got); !slices.Equal(found, []string{c.code}) || got["valid"] != false {
					t.Errorf("valid %v, failures %v, want %s", got["valid"], got["failures"], c.code)
				}
				for _, claim := range []string{"subject", "issuer", "client_id", "expires_at", "claims_json"} {
					if got[claim] != nil {
						t.Errorf("%s is told of a token that cannot be believed: %v", claim, got[claim])
					}
				}
				if other.Connections() != before {
					t.Error("the token's own address was asked")
				}
			})
		}
	}
}

func flip(signature string) string {
	if signature[10] == 'A' {
		return signature[:10] + "B" + signature[11:]
	}
	return signature[:10] + "A" + signature[11:]
}

// publicPEM is what a forger takes for a secret.
func publicPEM(t *testing.T, i *optest.Issuer) []byte {
	t.Helper()
	got := configured(t, object{"issuer": i.URL}).must("data", "zitadel_jwks", nil)
	return []byte(got["keys"].([]any)[0].(object)["public_key_pem"].(string))
}

// One fetch of the keys for 100 verifications, two with an unknown key, and no
// more for many unknown keys.
func TestKeysAreFetchedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		kid  func(n int) string // "" for a genuine token
		want int
	}{
		"genuine":      {func(int) string { return "" }, 1},
		"one unknown":  {func(int) string { return "unknown" }, 2},
		"many unknown": {func(n int) string { return fmt.Sprint("unknown", n) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			i := issuer(t)
			p := configured(t, object{"issuer": i.URL})
			genuine := i.SignToken(good(i))
			var group sync.WaitGroup
			found := make([]diagnostics, 100)
			for n := range found {
				text := genuine
				if kid := c.kid(n); kid != "" {
					parts := strings.Split(genuine, ".")
					text = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"`+kid+`"}`)) + "." + parts[1] + "." + parts[2]
				}
				group.Go(func() { _, found[n] = p.read("data", verification, object{"token": text}) })
			}
			group.Wait()
			for _, each := range found {
				if len(each) > 0 {
					t.Fatal(each)
				}
			}
			if got := i.Requests(optest.JWKS); got != c.want {
				t.Errorf("%d fetches, want %d", got, c.want)
			}
		})
	}
}

// After a rotation the new key is fetched, and the old one still verifies.
func TestRotatedKey(t *testing.T) {
	i := issuer(t)
	p := configured(t, object{"issuer": i.URL})
	before := i.SignToken(good(i))
	p.must("data", verification, object{"token": before})
	i.RotateKey()
	i.RotateKey() // the next key of the first set is known already
	for _, text := range []string{i.SignToken(good(i)), before} {
		if got := p.must("data", verification, object{"token": text}); got["valid"] != true {
			t.Errorf("failures %v", got["failures"])
		}
	}
}

// Every algorithm of the allow-list verifies, and its key becomes PEM.
func TestOtherKinds(t *testing.T) {
	i := issuer(t)
	signers := map[jose.SignatureAlgorithm]crypto.Signer{}
	for algorithm, curve := range map[jose.SignatureAlgorithm]elliptic.Curve{jose.ES256: elliptic.P256(), jose.ES384: elliptic.P384(), jose.ES512: elliptic.P521()} {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		signers[algorithm] = key
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signers[jose.EdDSA], signers[jose.RS256], signers[jose.RS384], signers[jose.RS512] = edwards, private, private, private
	for algorithm, signer := range signers {
		i.PublishKey(jose.JSONWebKey{Key: signer.Public(), KeyID: "same", Algorithm: string(algorithm), Use: "sig"})
	}
	p := configured(t, object{"issuer": i.URL})
	payload, err := json.Marshal(good(i))
	if err != nil {
		t.Fatal(err)
	}
	for algorithm, key := range signers {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "same"))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		text, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		if got := p.must("data", verification, object{"token": text}); got["valid"] != true {
			t.Errorf("%s: %v", algorithm, got["failures"])
		}
	}
	types := map[any]int{}
	for _, each := range p.must("data", "zitadel_jwks", nil)["keys"].([]any) {
		found := each.(object)
		types[found["kty"]]++
		block, _ := pem.Decode([]byte(found["public_key_pem"].(string)))
		if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil || found["kid"] == nil || found["use"] != "sig" {
			t.Errorf("%v: %v", found, err)
		}
	}
	if types["RSA"] < 5 || types["EC"] != 3 || types["OKP"] != 1 {
		t.Errorf("kinds of keys: %v", types)
	}
}

// A token knows no asking application, so without project_id no role counts.
func TestNoProjectNoRoles(t *testing.T) {
	i := issuer(t)
	claims := good(i)
	claims["urn:zitadel:iam:org:project:roles"] = map[string]any{"boss": map[string]string{"1": "a"}}
	got := configured(t, object{"issuer": i.URL}).must("data", verification, object{"token": i.SignToken(claims)})
	if roles := got["roles"].([]any); len(roles) != 0 || got["valid"] != true {
		t.Errorf("roles %v", roles)
	}
}

// Roles of several projects are never merged, so one project must be named.
func TestVerificationNeedsProject(t *testing.T) {
	i := issuer(t)
	for _, kind := range kinds {
		_, found := configured(t, object{"issuer": i.URL}).read(kind, verification, object{"token": "a.b.c", "required_roles": []string{"reader"}})
		contains(t, found, "ERROR [project_id]", "required_roles is set without project_id")
	}
}

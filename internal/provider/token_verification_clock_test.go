package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

const (
	second = time.Second
	hour   = time.Hour
)

// A token that the provider has just requested must be valid even if the server's clock is up to three
// seconds off, in addition to a skew of two hours that the provider corrects, or without such a skew.
// The Date header contains only whole seconds, so each case starts at several fractions of a second.
func TestFreshTokensAreValid(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for _, corrected := range []time.Duration{0, 2 * hour, -2 * hour} {
		for _, off := range []time.Duration{
			0, 400 * time.Millisecond, 950 * time.Millisecond, 1600 * time.Millisecond, 2 * second, 3 * second,
		} {
			for _, skew := range slices.Compact([]time.Duration{corrected - off, corrected + off}) {
				for _, fraction := range []time.Duration{0, 50 * time.Millisecond, 500 * time.Millisecond, 990 * time.Millisecond} {
					for _, kind := range tableKinds() {
						t.Run(fmt.Sprintf("%s after %s/%s", skew, fraction, kind), func(t *testing.T) {
							t.Parallel()
							i := acctest.NewIssuer()
							synctest.Test(t, func(t *testing.T) {
								time.Sleep(fraction)
								i.Skew(skew)
								p := startOnFakeNetwork(t, i)
								token, found := p.Read(kind, "zitadel_access_token", object{"project_ids": []string{i.World.Project.ID}})
								if found.Failed() {
									t.Fatal(found)
								}
								got, found := p.Read(kind, verificationBlock, object{
									"token": token["access_token"], "required_audience": []string{i.World.Project.ID},
								})
								if found.Failed() || got["valid"] != true {
									t.Errorf("the token is not valid: failures %v, diagnostics %v", got["failures"], found)
								}
							})
						})
					}
				}
			}
		}
	}
}

// If the server's clock is 0.95 s ahead, a token must be valid as soon as it is issued, whatever the
// fraction of the second. The test requests a token every 20 ms.
func TestFreshTokensInEachPartOfSecond(t *testing.T) {
	t.Parallel()
	for _, kind := range tableKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			i := acctest.NewIssuer()
			i.Skew(950 * time.Millisecond)
			synctest.Test(t, func(t *testing.T) {
				p := startOnFakeNetwork(t, i)
				p.MustRead("data", "zitadel_jwks", nil)
				audience := []string{i.World.Project.ID}
				for n := range 50 {
					block := object{
						"project_ids": audience,
						"scopes":      []string{"openid", fmt.Sprint("fresh:", n)}, // prevents the token from being shared
					}
					token := p.MustRead(kind, accessTokenBlock, block)["access_token"]
					got := p.MustRead(kind, verificationBlock, object{"token": token, "required_audience": audience})
					if got["valid"] != true {
						t.Errorf("token %d is not valid: %v", n, got["failures"])
					}
					time.Sleep(20 * time.Millisecond)
				}
			})
		})
	}
}

// TestTimesOfToken checks which times in a token are accepted if the server's responses contain no Date
// header, so that its clock is unknown.
func TestTimesOfToken(t *testing.T) {
	t.Parallel()
	skipTable(t)
	type times map[string]time.Duration // offset of each claim from now
	fresh := times{"iat": 0, "nbf": 0, "exp": hour}
	for _, c := range []struct {
		name   string
		change times
		leeway string
		want   []string
	}{
		{"issued now", nil, "0s", nil},
		{"iat 2 s ahead", times{"iat": 2 * second}, "0s", nil},
		{"iat 3 s ahead", times{"iat": 3 * second}, "0s", []string{"not_yet_valid"}},
		{"nbf 2 s ahead", times{"nbf": 2 * second}, "0s", nil},
		{"nbf 3 s ahead", times{"nbf": 3 * second}, "0s", []string{"not_yet_valid"}},
		{"both 2 s ahead", times{"iat": 2 * second, "nbf": 2 * second}, "0s", nil},
		{"both 3 s ahead", times{"iat": 3 * second, "nbf": 3 * second}, "0s", []string{"not_yet_valid"}},
		{"iat 12 s ahead, leeway", times{"iat": 12 * second}, "10s", nil},
		{"iat 13 s ahead, leeway", times{"iat": 13 * second}, "10s", []string{"not_yet_valid"}},
		{"nbf 12 s ahead, leeway", times{"nbf": 12 * second}, "10s", nil},
		{"nbf 13 s ahead, leeway", times{"nbf": 13 * second}, "10s", []string{"not_yet_valid"}},
		{"exp in 1 s", times{"exp": second}, "0s", nil},
		{"exp now", times{"exp": 0}, "0s", []string{"expired"}},
		{"exp 1 s ago", times{"exp": -second}, "0s", []string{"expired"}},
		{"exp 9 s ago, leeway", times{"exp": -9 * second}, "10s", nil},
		{"exp 10 s ago, leeway", times{"exp": -10 * second}, "10s", []string{"expired"}},
		{"longest leeway", times{"iat": hour, "nbf": hour, "exp": -hour}, "2562047h47m16.854775807s", nil},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(c.name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				synctest.Test(t, func(t *testing.T) {
					p := startOnFakeNetwork(t, i)
					undated := optest.Fault{Header: http.Header{"Date": nil}}
					i.Fail(optest.Discovery, 1, undated)
					i.Fail(optest.JWKS, 1, undated)
					claims, at := accessTokenClaims(i), maps.Clone(fresh)
					maps.Copy(at, c.change)
					for claim, after := range at {
						claims[claim] = time.Now().Add(after).Unix()
					}
					got := p.MustRead(kind, verificationBlock, object{
						"token": i.SignToken(claims), "leeway": c.leeway, "required_audience": []string{},
					})
					if found := failureCodes(got); !slices.Equal(found, c.want) || got["valid"] != (c.want == nil) {
						t.Errorf("got valid %v and failures %v, want failures %v", got["valid"], got["failures"], c.want)
					}
				})
			})
		}
	}
}

// startOnFakeNetwork starts a provider process on an in-memory network, and configures it with the issuer
// and with the key of the service account whose access tokens are JWTs.
func startOnFakeNetwork(t *testing.T, i *optest.Issuer) *acctest.Process {
	t.Helper()
	n := acctest.NewNetwork(t, i)
	p := startOnNetwork(t, n)
	p.ConfigureValid(object{"issuer": i.URL, "key_json": string(i.World.ServiceJWT.KeyJSON())})
	return p
}

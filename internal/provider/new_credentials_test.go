package provider_test

import (
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// ZITADEL does not find credentials that were created only a moment ago. The provider must repeat a
// rejected request after one to two seconds. If the second attempt is rejected, too, the diagnostic
// must mention new credentials as a possible cause.
func TestNewCredentials(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	service, api, oidc := string(w.Service.KeyJSON()), string(w.API.KeyJSON()), string(w.OIDC.KeyJSON())
	secret := func(id, secret string) object { return object{"client_id": id, "client_secret": secret} }
	token, subject := object{"token": w.Service.PAT}, object{"subject_token": w.Service.PAT}
	for name, c := range map[string]struct {
		block       string
		arguments   object
		credentials object
		endpoint    optest.Endpoint
		result      string
	}{
		"service account key": {accessTokenBlock, nil, object{"key_json": service}, optest.Token, "access_token"},
		"service account secret": {
			accessTokenBlock, nil, secret(w.Service.Name, w.Service.Secret), optest.Token, "access_token",
		},
		"API application key": {
			"zitadel_introspection", token, object{"key_json": api}, optest.Introspection, "subject",
		},
		"API application secret": {
			"zitadel_introspection", token, secret(w.APIBasic.ClientID, w.APIBasic.Secret), optest.Introspection,
			"subject",
		},
		"OIDC application key": {tokenExchangeBlock, subject, object{"key_json": oidc}, optest.Token, "access_token"},
		"OIDC application secret": {
			tokenExchangeBlock, subject, secret(w.OIDC.ClientID, w.OIDC.Secret), optest.Token, "access_token",
		},
		"introspection with an OIDC key": {
			"zitadel_introspection", token, object{"key_json": oidc}, optest.Introspection, "subject",
		},
		"introspection with an OIDC secret": {
			"zitadel_introspection", token, secret(w.OIDC.ClientID, w.OIDC.Secret), optest.Introspection, "subject",
		},
		"secret of an OIDC application without a key": {
			tokenExchangeBlock, subject, secret(w.OIDCBasic.ClientID, w.OIDCBasic.Secret), optest.Token,
			"access_token",
		},
	} {
		for _, release := range optest.Releases() {
			for _, kind := range tableKinds() {
				for lag, works := range map[time.Duration]bool{time.Second: true, time.Hour: false} {
					t.Run(name+"/"+release.String()+"/"+kind+"/"+lag.String(), func(t *testing.T) {
						t.Parallel()
						i := acctest.NewIssuer()
						i.Release(release)
						i.TokenExchange(true)
						onFakeClock(t, i, object{}, func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
							arguments := object{"credentials": c.credentials}
							for name, value := range c.arguments {
								arguments[name] = value
							}
							i.JustCreated(lag)
							began := time.Now()
							result, found := p.Read(kind, c.block, arguments)
							if took := time.Since(began); took < time.Second || took > 2*time.Second {
								t.Errorf("the request took %s, want 1s to 2s", took)
							}
							if requests, probes := i.Requests(c.endpoint), i.Requests(optest.Ready); requests != 2 || probes != 1 {
								t.Errorf("%d requests and %d readiness checks, want 2 and 1", requests, probes)
							}
							if works && (len(found) > 0 || result[c.result] == nil) {
								t.Errorf("%s is %v, want a value; diagnostics: %v", c.result, result[c.result], found)
							}
							if !works {
								acctest.CheckContains(t, found, "ERROR [credentials]", "[credentials-new]")
							}
						})
					})
				}
			}
		}
	}
}

// A revocation that is rejected because the credentials are new must be repeated, too. The repetition
// must fit into the five-second limit for revocations.
func TestNewCredentialsRevoke(t *testing.T) {
	t.Parallel()
	w := acctest.World()
	for name, with := range map[string]object{
		"key":    {"key_json": string(w.OIDC.KeyJSON())},
		"secret": {"client_id": w.OIDC.ClientID, "client_secret": w.OIDC.Secret},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := acctest.NewIssuer()
			onFakeClock(
				t,
				i,
				object{"key_json": acctest.ServiceKey()},
				func(t *testing.T, _ *acctest.Network, p *acctest.Process) {
					block := revocableBlock(i)
					block["revoke_with"] = with
					result, found := p.Open(t.Context(), accessTokenBlock, block)
					if len(found) > 0 {
						t.Fatal(found)
					}
					i.JustCreated(time.Second)
					if found := p.Close(result); len(found) > 0 || i.Requests(optest.Revocation) != 2 {
						t.Errorf("%d revocations, want 2; diagnostics, want none: %v", i.Requests(optest.Revocation), found)
					}
				},
			)
		})
	}
}

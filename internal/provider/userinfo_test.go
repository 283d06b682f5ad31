package provider_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

func TestUserinfo(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	granted := object{w.OrganizationID: w.OrganizationDomain}
	owner := object{"id": w.OrganizationID, "name": "LAB", "primary_domain": w.OrganizationDomain}
	for name, c := range map[string]struct {
		token  string
		wanted object
	}{
		"all claims": {issueToken(t, i, w.ServiceJWT.KeyJSON(), everyScope...), object{
			"subject": w.ServiceJWT.ID, "username": w.ServiceJWT.Name, "name": w.ServiceJWT.Name,
			"metadata":       object{"team": "red"},
			"resource_owner": owner, "roles_by_project": object{w.Project.ID: object{"reader": granted, "writer": granted}},
			"email": nil, "email_verified": nil, "locale": nil, "given_name": nil, "family_name": nil,
		}},
		"subject only": {issueToken(t, i, w.Service.KeyJSON(), "openid"), object{
			"subject": w.Service.ID, "username": nil, "metadata": object{}, "resource_owner": nil,
			"roles_by_project": object{},
		}},
		"personal access token": {w.Service.PAT, object{
			"subject": w.Service.ID, "username": w.Service.Name, "metadata": object{"team": "red"},
		}},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				got := startConfigured(t, object{"issuer": i.URL}).MustRead(kind, "zitadel_userinfo", object{"token": c.token})
				for at, want := range c.wanted {
					if !reflect.DeepEqual(got[at], want) {
						t.Errorf("%s is %v, want %v", at, got[at], want)
					}
				}
				if !strings.Contains(got["claims_json"].(string), `"sub"`) {
					t.Errorf("claims_json is %v, want a sub claim in it", got["claims_json"])
				}
			})
		}
	}
}

func TestRejectedUserinfo(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	for _, kind := range acctest.Kinds {
		p := startConfigured(t, object{"issuer": i.URL})
		_, found := p.Read(kind, "zitadel_userinfo", object{"token": "canary-token"})
		acctest.CheckContains(t, found, "ERROR", unableTo("get user info"), inResponse("401 access_denied"))
		checkCodes(t, found, "userinfo-token-rejected")
		if strings.Contains(found.String(), "canary") {
			t.Errorf("the diagnostics contain the token: %s", found)
		}
	}
}

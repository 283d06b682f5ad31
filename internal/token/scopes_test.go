package token_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

func TestScopes(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		token.ProjectScope("1"):              "urn:zitadel:iam:org:project:id:1:aud",
		token.ProjectScope(token.APIProject): "urn:zitadel:iam:org:project:id:zitadel:aud",
		token.RoleScope("a:b"):               "urn:zitadel:iam:org:project:role:a:b",
		token.RolesScope:                     "urn:zitadel:iam:org:projects:roles",
		token.OrganizationScope("1"):         "urn:zitadel:iam:org:id:1",
		token.MetadataScope:                  "urn:zitadel:iam:user:metadata",
		token.ResourceOwnerScope:             "urn:zitadel:iam:user:resourceowner",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

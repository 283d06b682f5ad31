package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// The suggestions in messages about how to request a token must correct the fault.
func TestTokenSuggestions(t *testing.T) {
	checkSuggestions(t, tokenSuggestions(t))
}

// tokenSuggestions returns the test cases for messages that suggest how to request a token.
func tokenSuggestions(t *testing.T) (all []suggestion) {
	t.Helper()
	i := acctest.StartIssuer(t)
	w := i.World
	provider := object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())}
	p := startConfigured(t, provider)
	request := func(arguments object) any { return p.MustRead("data", accessTokenBlock, arguments)["access_token"] }
	scopes := token.RolesScope + " and " + token.ProjectScope(w.Project.ID)
	requested := func(text string) any { return request(object{"scopes": strings.Split(text, " and ")}) }
	_, claims := acctest.DecodeJWT(t, request(nil))
	claims["urn:zitadel:iam:org:project:"+w.OtherProject.ID+":roles"] = object{"reader": object{"1": "a"}}
	for code, jwt := range map[string]any{
		"roles-not-in-jwt": request(nil), "roles-of-other-project-in-jwt": i.SignToken(claims),
	} {
		all = append(all, suggestion{
			code: code, provider: provider, block: verificationBlock,
			text: scopes, argument: "token", convert: requested,
			arguments: object{
				"token": jwt, "required_roles": []string{"reader"}, "project_id": w.Project.ID,
				"required_audience": []string{}, "fail_when_invalid": true,
			},
		})
	}
	return append(all, suggestion{
		code: "subject-token-invalid", provider: provider, block: tokenExchangeBlock,
		text: `project_ids = ["{project ID}"]`, argument: "subject_token",
		arguments: object{
			"subject_token": request(nil), "credentials": object{"key_json": string(w.OIDC.KeyJSON())},
		},
		convert: func(string) any { return request(object{"project_ids": []string{w.Project.ID}}) },
	})
}

package provider_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// examples/guides/reject-impersonation must accept a token that a user requested, and reject a token
// that a different user requested by impersonating the first one. The error message must contain the
// IDs of both users.
func TestAccRejectImpersonation(t *testing.T) {
	i := acctest.StartIssuer(t)
	i.AllowImpersonation(true)
	i.MakeImpersonator(i.World.Service)
	requested := issueToken(t, i, i.World.ServiceJWT.KeyJSON(), everyScope...)
	exchanged := startConfigured(t, object{"issuer": i.URL, "key_json": string(i.World.OIDC.KeyJSON())}).MustRead(
		"data", tokenExchangeBlock, object{
			"subject_token": i.World.ServiceJWT.ID, "subject_token_type": "user_id",
			"actor_token": issueToken(t, i, i.World.Service.KeyJSON(), everyScope...),
		})
	w := acctest.NewWorkspace(t, exampleEnvironment(t, i)...)
	acctest.CopyFolder(t, filepath.Join(exampleRoot, "guides", "reject-impersonation"), w.Folder)
	w.InstallProviders()
	run := func(token string) (string, error) {
		w.Environment = append(w.Environment, "TF_VAR_token="+token)
		return w.Run("apply", "-no-color", "-auto-approve")
	}
	if output, err := run(requested); err != nil || !acctest.ContainsAll(output, i.World.ServiceJWT.ID) {
		t.Errorf("token without impersonation: got error %v, want none\n%s", err, output)
	}
	output, err := run(fmt.Sprint(exchanged["access_token"]))
	if err == nil || !acctest.ContainsAll(output, "token-impersonated", i.World.Service.ID, i.World.ServiceJWT.ID) {
		t.Errorf("token with impersonation: got error %v, want token-impersonated with both IDs\n%s", err, output)
	}
}

package provider_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The example that rejects impersonated tokens accepts a token that a user requested, and
// rejects a token that another user requested by impersonating the first user. The error
// message contains the IDs of both users.
func TestAccRejectImpersonation(t *testing.T) {
	i := acctest.StartIssuer(t)
	i.AllowImpersonation(true)
	i.MakeImpersonator(i.World.Service)
	own := issueToken(t, i, i.World.ServiceJWT.KeyJSON(), everyScope...)
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
	if output, err := run(own); err != nil || !acctest.ContainsAll(output, i.World.ServiceJWT.ID) {
		t.Errorf("own token: %v\n%s", err, output)
	}
	output, err := run(fmt.Sprint(exchanged["access_token"]))
	if err == nil || !acctest.ContainsAll(output, "token-impersonated", i.World.Service.ID, i.World.ServiceJWT.ID) {
		t.Errorf("impersonated token: %v\n%s", err, output)
	}
}

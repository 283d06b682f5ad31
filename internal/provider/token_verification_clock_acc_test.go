package provider_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Tokens from a server whose clock is 0.95 s ahead must be valid as soon as they are issued. Each block
// depends on the previous block, so each token is verified immediately. TestFreshTokensAreValid covers
// other clock offsets.
func TestAccFreshTokens(t *testing.T) {
	const tokens = 20
	i := acctest.StartIssuer(t)
	i.Skew(950 * time.Millisecond)
	c := acctest.NewWorkspace(
		t,
		"ZITADEL_ISSUER="+i.URL,
		"ZITADEL_KEY_FILE="+acctest.WriteFile(t, t.TempDir(), "service.json", i.World.ServiceJWT.KeyJSON()),
		"TF_VAR_project_id="+i.World.Project.ID,
	)
	config := "variable \"project_id\" {}\n\ndata \"zitadel_jwks\" \"t0\" {}\n"
	before := "data.zitadel_jwks.t0"
	var valid []string
	for n := range tokens {
		config += fmt.Sprintf(`
data "zitadel_access_token" "t%d" {
  project_ids = [var.project_id]
  scopes      = ["openid", "fresh:%[1]d"] # different for each token, so that no token is shared
  depends_on  = [%[2]s]
}

data "zitadel_token_verification" "t%[1]d" {
  token             = data.zitadel_access_token.t%[1]d.access_token
  required_audience = [var.project_id]
}
`, n, before)
		before = fmt.Sprintf("data.zitadel_token_verification.t%d", n)
		valid = append(valid, before)
	}
	config += "\noutput \"failures\" {\n  value = concat(" + strings.Join(valid, ".failures, ") + ".failures)\n}\n" +
		"\noutput \"valid\" {\n  value = [" + strings.Join(valid, ".valid, ") + ".valid]\n}\n"
	c.WriteConfiguration(config).MustRun("apply", "-no-color", "-auto-approve")
	var outputs struct {
		Valid    struct{ Value []bool }
		Failures struct{ Value []any }
	}
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, filepath.Join(c.Folder, "terraform.tfstate"))), &struct {
		Outputs any `json:"outputs"`
	}{&outputs}); err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, each := range outputs.Valid.Value {
		if each {
			count++
		}
	}
	if count != tokens || len(outputs.Valid.Value) != tokens {
		t.Errorf("%d of %d tokens are valid: %v", count, tokens, outputs.Failures.Value)
	}
}

package provider_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// Every example is a configuration that a user can paste: the CLI accepts it as
// it is, and applies it.
func TestAccExamples(t *testing.T) {
	i := issuer(t)
	keys := t.TempDir()
	service := file(t, keys, "service.json", i.World.Service.KeyJSON())
	application := file(t, keys, "application.json", i.World.API.KeyJSON())
	var member struct {
		KeyID string `json:"keyId"`
		Key   string `json:"key"`
	}
	if err := json.Unmarshal(i.World.Service.KeyJSON(), &member); err != nil {
		t.Fatal(err)
	}
	environment := []string{
		"ZITADEL_ISSUER=" + i.URL,
		"ZITADEL_KEY_FILE=" + service,
		"TF_VAR_service_key_file=" + service,
		"TF_VAR_application_key_file=" + application,
		"TF_VAR_project_id=" + i.World.Project.ID,
		"TF_VAR_token=" + token(t, i, i.World.ServiceJWT.KeyJSON(), everything...),
		"TF_VAR_oidc_application_key_file=" + file(t, keys, "oidc.json", i.World.OIDC.KeyJSON()),
		"TF_VAR_user_id=" + i.World.Service.ID,
		"TF_VAR_key_id=" + member.KeyID,
		"TF_VAR_client_secret=" + i.World.Service.Secret,
		"TF_VAR_revoking_client_id=" + i.World.OIDC.ClientID,
		"TF_VAR_revoking_client_secret=" + i.World.OIDC.Secret,
		"TF_VAR_private_key_file=" + file(t, keys, "key.pem", []byte(member.Key)),
	}
	root := filepath.Join("..", "..", "examples")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(at) != ".tf" {
			return err
		}
		seen[filepath.Dir(at)] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 5 {
		t.Fatalf("only %d examples", len(seen))
	}
	for folder := range seen {
		name, err := filepath.Rel(root, folder)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			c := newWorkspace(t, environment...)
			if err := os.CopyFS(c.folder, os.DirFS(folder)); err != nil {
				t.Fatal(err)
			}
			if filepath.Dir(name) != "." {
				c.write("") // the pages show the block alone
			}
			c.must("apply", "-no-color", "-auto-approve")
		})
	}
}

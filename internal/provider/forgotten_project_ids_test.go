package provider_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// If the audience of a token contains no project, the messages must name the project_ids argument,
// which adds projects. The introspection message must also contain the application's client ID.
func TestForgottenProjectIDs(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	w := i.World
	p := startConfigured(t, object{"issuer": i.URL, "key_json": string(w.ServiceJWT.KeyJSON())})
	for name, key := range map[string][]byte{"JWT": w.ServiceJWT.KeyJSON(), "opaque": w.Service.KeyJSON()} {
		token := p.MustRead(
			"data", "zitadel_access_token", object{"credentials": object{"key_json": string(key)}},
		)["access_token"]
		introspected := p.MustRead(
			"data",
			"zitadel_introspection",
			object{"token": token, "credentials": object{"key_json": string(w.API.KeyJSON())}},
		)
		for _, failure := range introspected["failures"].([]any) {
			if detail := failure.(object)["detail"].(string); !acctest.ContainsAll(detail, "project_ids", w.API.ClientID) ||
				strings.Contains(detail, w.API.ID) && w.API.ID != w.API.ClientID {
				t.Errorf("introspection, %s: got %q, want a detail with project_ids and client ID %s", name, detail, w.API.ClientID)
			}
		}
		if name == "JWT" {
			verified := p.MustRead(
				"data",
				"zitadel_token_verification",
				object{"token": token, "required_audience": []string{w.Project.ID}},
			)
			if failures := verified["failures"].([]any); len(failures) != 1 ||
				!acctest.ContainsAll(failures[0].(object)["detail"].(string), "project_ids", w.Project.ID) {
				t.Errorf("verification: got %v, want one failure with project_ids and %s", failures, w.Project.ID)
			}
		}
	}
	if guide := acctest.ReadFile(t, "../../docs/guides/troubleshooting.md"); !strings.Contains(guide, "project_ids") {
		t.Error("the troubleshooting guide does not mention project_ids")
	}
	// The application ID is set as client_id by mistake.
	_, found := p.Read("data", "zitadel_introspection", object{
		"token": "a", "credentials": object{"client_id": w.APIBasic.ID, "client_secret": w.APIBasic.Secret},
	})
	acctest.CheckContains(t, found, "ERROR", "[application-or-secret-wrong]", "client ID", "application ID", w.APIBasic.ID)
}

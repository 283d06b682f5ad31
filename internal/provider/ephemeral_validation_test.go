package provider_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// invalidArguments maps each ephemeral resource type to arguments that make its block invalid.
var invalidArguments = map[string]object{
	"zitadel_access_token":       {"min_validity": "tomorrow"},
	"zitadel_client_assertion":   {"lifetime": "2h"},
	"zitadel_introspection":      {"token": " "},
	"zitadel_key_info":           {"key_json": "{}", "key_file": "key.json"},
	"zitadel_token_exchange":     {"subject_token": "Bearer a"},
	"zitadel_token_verification": {"token": ""},
	"zitadel_userinfo":           {"token": "a\nb"},
}

// A configured provider must report invalid arguments when an ephemeral resource is opened, not when it
// is validated. An unconfigured provider must report the same diagnostics during validation.
func TestOpenValidates(t *testing.T) {
	t.Parallel()
	i := acctest.StartIssuer(t)
	unconfigured, configured := startProvider(t), startConfigured(t, object{"issuer": i.URL})
	for name, schema := range configured.Schemas.EphemeralResourceSchemas {
		config := configured.Encode(schema, invalidArguments[name])
		validate := func(p *acctest.Process) []*tfprotov6.Diagnostic {
			done, err := p.Server.ValidateEphemeralResourceConfig(t.Context(),
				&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
			if err != nil {
				t.Fatal(err)
			}
			return done.Diagnostics
		}
		want := validate(unconfigured)
		if len(want) == 0 {
			t.Errorf("%s: no diagnostic for the invalid arguments %v", name, invalidArguments[name])
		}
		if found := validate(configured); len(found) > 0 {
			t.Errorf("%s: validation by a configured provider: %v, want no diagnostics", name, acctest.Diagnostics(found))
		}
		opened, err := configured.Server.OpenEphemeralResource(t.Context(),
			&tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config})
		if err != nil {
			t.Fatal(err)
		}
		if got := opened.Diagnostics; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, acctest.Diagnostics(got), acctest.Diagnostics(want))
		}
	}
	// In a process with an attached debugger, a later run validates the provider block again, and configures
	// the provider only if it is not terraform validate.
	block := object{"issuer": i.URL}
	request := &tfprotov6.ValidateProviderConfigRequest{Config: configured.Encode(configured.Schemas.Provider, block)}
	if _, err := configured.Server.ValidateProviderConfig(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	for _, isPlan := range []bool{false, true} {
		want := 1
		if isPlan {
			configured.Configure(block)
			want = 0
		}
		config := configured.Encode(configured.Schemas.EphemeralResourceSchemas["zitadel_introspection"], object{"token": ""})
		done, err := configured.Server.ValidateEphemeralResourceConfig(t.Context(),
			&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: "zitadel_introspection", Config: config})
		if err != nil || len(done.Diagnostics) != want {
			t.Errorf("later run, plan %t: got %d diagnostics and error %v, want %d", isPlan, len(done.Diagnostics), err, want)
		}
	}
	if n := i.Connections(); n > 0 {
		t.Errorf("%d connections to the issuer, want none", n)
	}
}

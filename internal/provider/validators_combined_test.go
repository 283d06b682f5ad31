package provider_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// Even before the provider is configured, validation must report arguments that exclude each other, and
// arguments that require another argument.
func TestValidateArgumentsTogether(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		block     string
		arguments object
		fix       object // arguments that make the block valid
		at, code  string
	}{
		"two keys": {
			"zitadel_key_info", object{"key_json": "{}", "key_file": "a"}, object{"key_json": nil},
			"key_file", "credentials-combined",
		},
		"roles without project": {
			verificationBlock, object{"token": "a", "required_roles": []string{"b"}}, object{"project_id": "1"},
			"required_roles", "project-id-missing",
		},
		"no roles without project": {
			verificationBlock, object{"token": "a", "required_roles": []string{}}, nil, "", "",
		},
		"type without actor": {
			tokenExchangeBlock, object{"subject_token": "a", "actor_token_type": "jwt"}, object{"actor_token": "b"},
			"actor_token_type", "actor-token-missing",
		},
		"user ID without actor": {
			tokenExchangeBlock, object{"subject_token": "1", "subject_token_type": "user_id"},
			object{"actor_token": "b"}, "subject_token_type", "subject-without-actor",
		},
		"JWT without actor": {
			tokenExchangeBlock, object{"subject_token": "a.b.YQ", "subject_token_type": "jwt"},
			object{"actor_token": "b"}, "subject_token_type", "subject-without-actor",
		},
	} {
		for _, kind := range acctest.Kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				found := validate(t, kind, c.block, c.arguments)
				if c.code == "" {
					if len(found) > 0 {
						t.Error(found)
					}
					return
				}
				acctest.CheckContains(t, found, "ERROR ["+c.at+"]")
				checkCodes(t, found, c.code)
				valid := maps.Clone(c.arguments)
				maps.Copy(valid, c.fix)
				if found := validate(t, kind, c.block, valid); len(found) > 0 {
					t.Errorf("with %v: got %s, want no diagnostics", c.fix, found)
				}
				for at := range c.fix {
					valid[at] = acctest.Unknown{}
				}
				if found := validate(t, kind, c.block, valid); len(found) > 0 {
					t.Errorf("with unknown %v: got %s, want no diagnostics", c.fix, found)
				}
			})
		}
	}
}

// validate validates a block with a provider that is not configured, and returns the diagnostics.
func validate(t *testing.T, kind, block string, arguments object) acctest.Diagnostics {
	t.Helper()
	p := startProvider(t)
	if kind == "data" {
		config := p.Encode(p.Schemas.DataSourceSchemas[block], arguments)
		request := &tfprotov6.ValidateDataResourceConfigRequest{TypeName: block, Config: config}
		done, err := p.Server.ValidateDataResourceConfig(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		return done.Diagnostics
	}
	config := p.Encode(p.Schemas.EphemeralResourceSchemas[block], arguments)
	request := &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: block, Config: config}
	done, err := p.Server.ValidateEphemeralResourceConfig(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return done.Diagnostics
}

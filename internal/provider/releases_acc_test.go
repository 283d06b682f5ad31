package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// releaseConfiguration contains the blocks that TestAccReleases uses with an instance of one release.
// %[1]s is the alias of the provider block, and part of the names of the other blocks. %[2]q is the
// issuer.
const releaseConfiguration = `
provider "zitadel" {
  alias  = %[1]q
  issuer = %[2]q
}

data "zitadel_access_token" "%[1]s_opaque" {
  provider    = zitadel.%[1]s
  credentials = { key_file = var.service }
  project_ids = [var.project_id]
}

data "zitadel_access_token" "%[1]s_jwt" {
  provider    = zitadel.%[1]s
  credentials = { key_file = var.service_jwt }
  project_ids = [var.project_id]
  scopes      = ["openid", "urn:zitadel:iam:org:projects:roles"]
}

data "zitadel_introspection" %[1]q {
  provider       = zitadel.%[1]s
  credentials    = { key_file = var.api }
  token          = data.zitadel_access_token.%[1]s_opaque.access_token
  required_roles = ["reader"]
}

data "zitadel_token_verification" %[1]q {
  provider          = zitadel.%[1]s
  token             = data.zitadel_access_token.%[1]s_jwt.access_token
  project_id        = var.project_id
  required_roles    = ["reader"]
  required_audience = [var.project_id]
}

data "zitadel_token_exchange" %[1]q {
  provider             = zitadel.%[1]s
  credentials          = { key_file = var.oidc }
  subject_token        = data.zitadel_access_token.%[1]s_opaque.access_token
  requested_token_type = "jwt"
}

data "zitadel_userinfo" %[1]q {
  provider = zitadel.%[1]s
  token    = data.zitadel_token_exchange.%[1]s.access_token
}

ephemeral "zitadel_access_token" %[1]q {
  provider    = zitadel.%[1]s
  credentials = { key_file = var.service }
  project_ids = [var.project_id]
  revoke_with = { key_file = var.oidc }
}

output %[1]q {
  value = join(" ", [
    data.zitadel_access_token.%[1]s_opaque.token_format,
    data.zitadel_access_token.%[1]s_jwt.token_format,
    data.zitadel_introspection.%[1]s.valid,
    data.zitadel_token_verification.%[1]s.valid,
    data.zitadel_token_exchange.%[1]s.token_format,
    data.zitadel_userinfo.%[1]s.subject,
  ])
}
`

// nextGenerationConfiguration contains the blocks that TestAccReleases uses with a next-generation
// instance. %q is the issuer.
const nextGenerationConfiguration = `
provider "zitadel" {
  alias  = "next"
  issuer = %q
}

ephemeral "zitadel_access_token" "next" {
  provider     = zitadel.next
  credentials  = { key_file = var.service }
  project_ids  = [var.project_id]
  min_validity = "2m"
}

ephemeral "zitadel_token_verification" "next" {
  provider          = zitadel.next
  token             = ephemeral.zitadel_access_token.next.access_token
  required_audience = [var.project_id]
  fail_when_invalid = true
}
`

// A single configuration must be able to use an instance of each release whose responses were recorded,
// together with a next-generation instance.
func TestAccReleases(t *testing.T) {
	keys, world := t.TempDir(), acctest.World()
	w := acctest.NewWorkspace(t,
		"TF_VAR_service="+acctest.WriteFile(t, keys, "service.json", world.Service.KeyJSON()),
		"TF_VAR_service_jwt="+acctest.WriteFile(t, keys, "service-jwt.json", world.ServiceJWT.KeyJSON()),
		"TF_VAR_api="+acctest.WriteFile(t, keys, "api.json", world.API.KeyJSON()),
		"TF_VAR_oidc="+acctest.WriteFile(t, keys, "oidc.json", world.OIDC.KeyJSON()),
		"TF_VAR_project_id="+world.Project.ID)
	configuration := "variable \"service\" {}\nvariable \"service_jwt\" {}\nvariable \"api\" {}\nvariable \"oidc\" {}\n" +
		"variable \"project_id\" {}\n"
	issuers := map[string]*optest.Issuer{}
	for _, release := range optest.Releases() {
		name := strings.ReplaceAll(release.String(), ".", "_")
		i := acctest.StartIssuer(t)
		i.Release(release)
		i.TokenExchange(true)
		issuers[name] = i
		configuration += fmt.Sprintf(releaseConfiguration, name, i.URL)
	}
	next := acctest.StartIssuer(t)
	next.NextGeneration()
	configuration += fmt.Sprintf(nextGenerationConfiguration, next.URL)
	output := w.WriteConfiguration(configuration).MustRun("plan", "-no-color")
	if tokens, sets := next.Requests(optest.Token), next.Requests(optest.JWKS); tokens != 1 || sets != 1 {
		t.Errorf("next generation: %d token requests and %d key set requests, want 1 each", tokens, sets)
	}
	for name, i := range issuers {
		want := "opaque jwt true true jwt " + world.Service.ID
		if !strings.Contains(acctest.Unwrap(output), fmt.Sprintf("%s = %q", name, want)) {
			t.Errorf("output %s must be %q; got\n%s", name, want, output)
		}
		if got := i.Requests(optest.Revocation); got != 1 {
			t.Errorf("%s: %d revocations, want 1", name, got)
		}
	}
}

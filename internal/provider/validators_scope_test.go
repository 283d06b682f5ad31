package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// notIDs maps texts that are not IDs to the code with which each argument for an ID rejects them.
var notIDs = map[string]string{
	"": "id-empty", "<project-id>": "value-placeholder", "{id}": "value-placeholder",
	"${var.x}": "value-placeholder", "$ID": "value-placeholder", "{{ .id }}": "value-placeholder",
	"1 2": "value-whitespace", "1\n": "value-whitespace", `"1"`: "value-quoted", "ö": "id-invalid",
	strings.Repeat("1", 101): "id-invalid", "-----BEGIN": "id-is-pem", `{"id":"1"}`: "id-is-json",
	"urn:zitadel:iam:org:project:id:1:aud": "id-is-scope", `1\2`: "id-characters",
}

// Each argument for the ID of a project or an organization must reject the texts in notIDs during
// validation, and so must the functions that return a scope with such an ID.
func TestArgumentsForIDs(t *testing.T) {
	t.Parallel()
	for text, code := range notIDs {
		for _, a := range everyAttribute(providerSchemas()) {
			if a.Computed || !slices.Contains([]string{"project_ids", "project_id", "organization_id"}, a.path) {
				continue
			}
			given := arguments(a.block)
			if given == nil {
				given = object{}
			}
			if given[a.path] = text; a.path == "project_ids" {
				given[a.path] = []string{text}
			}
			found := validate(t, a.kind, a.block, given)
			acctest.CheckContains(t, found, "ERROR ["+a.path+"]")
			checkCodes(t, found, code)
		}
		for _, function := range []string{"project_audience_scope", "organization_scope"} {
			if _, problem := callFunction(t, function, text); !hasCode(problem, code) {
				t.Errorf("%s(%q): got %+v, want [%s]", function, text, problem, code)
			}
		}
	}
}

// Scopes and audiences must not contain a placeholder.
func TestPlaceholderInSet(t *testing.T) {
	t.Parallel()
	for _, a := range everyAttribute(providerSchemas()) {
		if a.Computed || !slices.Contains([]string{"scopes", "required_scopes", "audience", "required_audience"}, a.path) {
			continue
		}
		given := arguments(a.block)
		if given == nil {
			given = object{}
		}
		given[a.path] = []string{"{project_id}"}
		found := validate(t, a.kind, a.block, given)
		acctest.CheckContains(t, found, "ERROR ["+a.path+"]")
		checkCodes(t, found, "value-placeholder")
	}
}

// The client ID in revoke_with becomes part of a scope, so validation must reject any other text. The
// message must not contain the text, which may be the secret.
func TestClientIDOfRevoker(t *testing.T) {
	t.Parallel()
	for text, codes := range map[string][]string{
		"312345678901234567": nil, "312345678901234567@project": nil, "canary": {"client-id-unlikely"},
		"1:aud": {"client-id-unlikely"}, "<client-id>": {"client-id-unlikely"}, "": {"value-empty"}, "'1'": {"value-quoted"},
	} {
		given := object{"revoke_with": object{"client_id": text, "client_secret": "a"}}
		found := validate(t, "ephemeral", accessTokenBlock, given)
		checkCodes(t, found, codes...)
		if codes != nil {
			acctest.CheckContains(t, found, "ERROR [revoke_with.client_id]")
		}
		if strings.Contains(found.String(), "canary") {
			t.Errorf("the diagnostics contain a secret: %v", found)
		}
	}
}

package provider_test

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// TestArguments reads each data source and each ephemeral resource with all secret arguments set, and with
// each form of credentials. A data source must store none of the secret arguments. An ephemeral resource
// must return each argument exactly as configured.
func TestArguments(t *testing.T) {
	t.Parallel()
	skipTable(t)
	for kind, blocks := range map[string]map[string]*tfprotov6.Schema{
		"data": providerSchemas().DataSourceSchemas, "ephemeral": providerSchemas().EphemeralResourceSchemas,
	} {
		for name, schema := range blocks {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				i := acctest.NewIssuer()
				i.AllowImpersonation(true)
				i.MakeImpersonator(i.World.Service)
				synctest.Test(t, func(t *testing.T) { readWithArguments(t, i, kind, name, schema) })
			})
		}
	}
}

// readWithArguments reads a block with each combination of required and secret arguments, with and
// without the other optional arguments, and checks the arguments in the results.
func readWithArguments(t *testing.T, i *optest.Issuer, kind, name string, schema *tfprotov6.Schema) {
	n := acctest.NewNetwork(t, i)
	p := startOnNetwork(t, n)
	p.ConfigureValid(object{"issuer": i.URL, "key_json": acctest.ServiceKey()})
	samples, blocks, optional := newSamples(p, i.World), []object{{}}, object{}
	for _, argument := range schema.Block.Attributes {
		values := samples.of(t, argument)
		switch required := argument.Required || argument.Optional && hasSecret(argument); {
		case required && len(values) == 0:
			t.Fatalf("newSamples has no value for the argument %s", argument.Name)
		case required:
			blocks = product(blocks, argument.Name, values)
		case argument.Optional && len(values) > 0:
			optional[argument.Name] = values[0]
		}
	}
	for _, more := range []object{{}, optional} {
		read := 0
		for _, secrets := range blocks {
			block := maps.Clone(secrets)
			maps.Copy(block, more)
			result, found := p.Read(kind, name, block)
			if found.Failed() {
				continue // credentials that the block does not accept
			}
			read++
			checkArguments(t, schema, kind, p.Decode(schema, p.Encode(schema, block)), result)
		}
		if read == 0 {
			t.Errorf("none of the %d blocks can be read with the additional arguments %v", len(blocks), more)
		}
	}
}

// checkArguments compares the arguments in a result with the configured arguments. In the result of a
// data source, arguments that contain a secret must be null.
func checkArguments(t *testing.T, schema *tfprotov6.Schema, kind string, configured, result object) {
	t.Helper()
	for _, argument := range schema.Block.Attributes {
		if !argument.Optional && !argument.Required {
			continue
		}
		want := configured[argument.Name]
		if kind == "data" && hasSecret(argument) {
			want = nil
			for _, secret := range secretsIn(argument, configured[argument.Name]) {
				if strings.Contains(fmt.Sprint(result), secret) {
					t.Errorf("the result contains the secret argument %s", argument.Name)
				}
			}
		}
		if !reflect.DeepEqual(result[argument.Name], want) {
			t.Errorf("%s is %v, want %v", argument.Name, result[argument.Name], want)
		}
	}
}

// hasSecret reports whether an attribute is sensitive or contains a sensitive attribute.
func hasSecret(attribute *tfprotov6.SchemaAttribute) bool {
	if attribute.NestedType != nil {
		for _, nested := range attribute.NestedType.Attributes {
			if hasSecret(nested) {
				return true
			}
		}
	}
	return attribute.Sensitive
}

// secretsIn returns the sensitive strings in the value of an argument.
func secretsIn(attribute *tfprotov6.SchemaAttribute, value any) (secrets []string) {
	if text, ok := value.(string); ok && attribute.Sensitive {
		return []string{text}
	}
	if whole, ok := value.(object); ok && attribute.NestedType != nil {
		for _, nested := range attribute.NestedType.Attributes {
			secrets = append(secrets, secretsIn(nested, whole[nested.Name])...)
		}
	}
	return secrets
}

// product returns a copy of each block for each value. In the copy, the named argument is set to the
// value.
func product(blocks []object, name string, values []any) (all []object) {
	for _, block := range blocks {
		for _, value := range values {
			extended := maps.Clone(block)
			extended[name] = value
			all = append(all, extended)
		}
	}
	return all
}

// samples maps the names of arguments to valid values.
type samples map[string][]any

// newSamples returns samples for the objects in w. It reads blocks with p to get the tokens and assertions.
func newSamples(p *acctest.Process, w *optest.World) samples {
	p.T.Helper()
	project := []string{w.Project.ID}
	token := func(key []byte) any {
		block := object{"project_ids": project, "credentials": object{"key_json": string(key)}}
		return p.MustRead("data", "zitadel_access_token", block)["access_token"]
	}
	s := samples{
		// Each secret argument must have a value here.
		"token": {token(w.ServiceJWT.KeyJSON())}, "subject_token": {token(w.ServiceJWT.KeyJSON())},
		"actor_token":   {token(w.Service.KeyJSON())},
		"client_id":     {w.Service.Name, w.APIBasic.ClientID, w.OIDC.ClientID},
		"client_secret": {w.Service.Secret, w.APIBasic.Secret, w.OIDC.Secret},

		// The provider would write some of the following values differently, such as 1m instead of 60s. An
		// ephemeral resource must return them unchanged anyway.
		"subject_token_type": {"access_token"}, "actor_token_type": {"access_token"}, "requested_token_type": {"jwt"},
		"scopes": {[]string{"openid"}}, "project_ids": {project}, "audience": {project},
		"required_audience": {project}, "required_scopes": {[]string{"openid"}}, "required_roles": {[]string{"writer"}},
		"project_id": {w.Project.ID}, "organization_id": {w.OrganizationID},
		"min_validity": {"60s"}, "lifetime": {"600s"}, "leeway": {"60s"}, "defer_until": {"x"},
	}
	for _, key := range [][]byte{w.Service.KeyJSON(), w.API.KeyJSON(), w.OIDC.KeyJSON()} {
		s["key_json"] = append(s["key_json"], string(key))
		signed := p.MustRead("data", "zitadel_client_assertion", object{"credentials": object{"key_json": string(key)}})
		s["assertion"] = append(s["assertion"], signed["assertion"])
	}
	return s
}

// of returns the samples for an argument. For an object with credentials, it returns one object for each
// key, assertion and client secret.
func (s samples) of(t *testing.T, argument *tfprotov6.SchemaAttribute) (values []any) {
	t.Helper()
	switch {
	case argument.NestedType == nil && argument.Type.Is(tftypes.Bool):
		return []any{false}
	case argument.NestedType == nil:
		return s[argument.Name]
	}
	for _, nested := range argument.NestedType.Attributes {
		if nested.Sensitive && s[nested.Name] == nil {
			t.Fatalf("newSamples has no value for the argument %s.%s", argument.Name, nested.Name)
		}
		for n, value := range s[nested.Name] {
			switch nested.Name {
			case "client_secret":
				values = append(values, object{"client_id": s["client_id"][n], "client_secret": value})
			case "key_json", "assertion":
				values = append(values, object{nested.Name: value})
			}
		}
	}
	return values
}

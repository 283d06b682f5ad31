package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the issuer's library logs
	os.Exit(m.Run())
}

// sampled is the provider that is measured, and what it gives for blocks as
// they are measured.
type sampled struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
	// configs are the arguments of each block, arguments those of each function.
	configs   map[string]map[string]any
	arguments map[string][]string
}

func sample(t *testing.T) *sampled {
	t.Helper()
	issuer, err := optest.Start(optest.NewWorld())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	w, folder := issuer.World, t.TempDir()
	file := func(name string, content []byte) string {
		at := filepath.Join(folder, name)
		if err := os.WriteFile(at, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}
	s := &sampled{t: t, server: provider.NewServer("0.0.0")()}
	s.schemas = schemasOf(t, s.server)
	configure(t, s.server, s.schemas, map[string]any{"issuer": issuer.URL, "key_file": file("service.json", w.Service.KeyJSON())})

	project := []any{w.Project.ID}
	opaque := s.text(s.read("zitadel_access_token", map[string]any{"project_ids": project}), "access_token")
	jwt := s.text(s.read("zitadel_access_token", map[string]any{
		"project_ids": project,
		"credentials": map[string]any{"key_file": file("jwt.json", w.ServiceJWT.KeyJSON())},
	}), "access_token")
	s.configs = map[string]map[string]any{
		"zitadel_access_token":         {"project_ids": project},
		"zitadel_client_assertion":     {},
		"zitadel_introspection":        {"token": opaque, "credentials": map[string]any{"key_file": file("api.json", w.API.KeyJSON())}},
		"zitadel_token_verification":   {"token": jwt, "required_audience": project},
		"zitadel_userinfo":             {"token": opaque},
		"zitadel_token_exchange":       {"subject_token": jwt, "credentials": map[string]any{"key_file": file("oidc.json", w.OIDC.KeyJSON())}},
		"zitadel_key_info":             {},
		"zitadel_openid_configuration": {},
		"zitadel_jwks":                 {},
	}
	s.arguments = map[string][]string{
		"decode_jwt": {jwt}, "basic_auth_header": {w.Service.Name, w.Service.Secret},
		"project_audience_scope": {w.Project.ID}, "project_role_scope": {"reader"}, "organization_scope": {w.OrganizationID},
	}
	return s
}

// read reads a data source; it must work.
func (s *sampled) read(name string, config map[string]any) tftypes.Value {
	s.t.Helper()
	return read(s.t, s.server, s.schemas.DataSourceSchemas[name], name, config)
}

func (s *sampled) text(result tftypes.Value, name string) string {
	s.t.Helper()
	all, _ := plain(s.t, result).(map[string]any)
	text, _ := all[name].(string)
	return text
}

func schemasOf(t *testing.T, server tfprotov6.ProviderServer) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return schemas
}

func configure(t *testing.T, server tfprotov6.ProviderServer, schemas *tfprotov6.GetProviderSchemaResponse, block map[string]any) {
	t.Helper()
	done, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: encode(t, schemas.Provider.ValueType(), block)})
	if err != nil {
		t.Fatal(err)
	}
	refuse(t, done.Diagnostics)
}

func read(t *testing.T, server tfprotov6.ProviderServer, schema *tfprotov6.Schema, name string, config map[string]any) tftypes.Value {
	t.Helper()
	done, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: encode(t, schema.ValueType(), config)})
	if err != nil {
		t.Fatal(err)
	}
	refuse(t, done.Diagnostics)
	result, err := done.State.Unmarshal(schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func call(t *testing.T, server tfprotov6.ProviderServer, f *tfprotov6.Function, name string, arguments []string) tftypes.Value {
	t.Helper()
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		req.Arguments = append(req.Arguments, encode(t, tftypes.String, argument))
	}
	done, err := server.CallFunction(t.Context(), req)
	if err != nil || done.Error != nil {
		t.Fatal(err, done.Error)
	}
	result, err := done.Result.Unmarshal(f.Return.Type)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func refuse(t *testing.T, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	for _, each := range diagnostics {
		t.Fatal(each.Summary, each.Detail)
	}
}

func encode(t *testing.T, kind tftypes.Type, v any) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(kind, value(kind, v))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

// plain is the inverse of value.
func plain(t *testing.T, v tftypes.Value) any {
	t.Helper()
	if v.IsNull() {
		return nil
	}
	var into any
	var (
		entries  map[string]tftypes.Value
		elements []tftypes.Value
		text     string
		yes      bool
	)
	switch v.Type().(type) {
	case tftypes.Object, tftypes.Map:
		into = &entries
	case tftypes.Set, tftypes.List, tftypes.Tuple:
		into = &elements
	default:
		switch {
		case v.Type().Is(tftypes.Bool):
			into = &yes
		case v.Type().Is(tftypes.String):
			into = &text
		default:
			return 1 // any number is as long as another
		}
	}
	if err := v.As(into); err != nil {
		t.Fatal(err)
	}
	switch into.(type) {
	case *map[string]tftypes.Value:
		all := map[string]any{}
		for name, entry := range entries {
			all[name] = plain(t, entry)
		}
		return all
	case *[]tftypes.Value:
		all := []any{}
		for _, element := range elements {
			all = append(all, plain(t, element))
		}
		return all
	case *bool:
		return yes
	}
	return text
}

// size is how many letters a value has, those of names included.
func size(v any) int { return len(strings.NewReplacer("map", "").Replace(fmt.Sprint(v))) }

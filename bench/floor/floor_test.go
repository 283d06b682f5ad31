package main

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The floor has what the provider has. If not: go test ./floor -update
func TestFloorIsCurrent(t *testing.T) {
	ours := sample(t)
	if *update {
		write(ours)
		t.Skip("generated.go is written; run the test again without -update")
	}
	server := providerserver.NewProtocol6(newFloor())()
	floor := schemasOf(t, server)
	configure(t, server, floor, nil)

	same(t, "provider", ours.schemas.Provider, floor.Provider)
	equalNames(t, ours.schemas.DataSourceSchemas, floor.DataSourceSchemas)
	equalNames(t, ours.schemas.EphemeralResourceSchemas, floor.EphemeralResourceSchemas)
	equalNames(t, ours.schemas.Functions, floor.Functions)
	for name, schema := range ours.schemas.EphemeralResourceSchemas {
		same(t, "ephemeral "+name, schema, floor.EphemeralResourceSchemas[name])
	}
	for name, schema := range ours.schemas.DataSourceSchemas {
		same(t, "data "+name, schema, floor.DataSourceSchemas[name])
		config := ours.configs[name]
		equalSize(t, name, plain(t, ours.read(name, config)), plain(t, read(t, server, schema, name, config)))
	}
	for name, f := range ours.schemas.Functions {
		arguments := ours.arguments[name]
		equalSize(t, name, plain(t, call(t, ours.server, f, name, arguments)), plain(t, call(t, server, f, name, arguments)))
	}
}

func equalNames[V any](t *testing.T, ours, floor map[string]V) {
	t.Helper()
	for name := range ours {
		if _, ok := floor[name]; !ok {
			t.Errorf("the floor has no %s", name)
		}
	}
	if len(ours) != len(floor) {
		t.Errorf("the floor has %d, the provider %d", len(floor), len(ours))
	}
}

// same compares schemas, but for what is written for people.
func same(t *testing.T, name string, ours, floor *tfprotov6.Schema) {
	t.Helper()
	if floor == nil || !reflect.DeepEqual(bare(ours.Block.Attributes), bare(floor.Block.Attributes)) {
		t.Errorf("the floor's %s has other attributes than the provider's", name)
	}
}

func bare(attributes []*tfprotov6.SchemaAttribute) (all []tfprotov6.SchemaAttribute) {
	for _, attribute := range attributes {
		copied := *attribute
		copied.Description, copied.DescriptionKind, copied.NestedType = "", 0, nil
		all = append(all, copied)
		if attribute.NestedType != nil {
			all = append(all, tfprotov6.SchemaAttribute{Name: attribute.NestedType.Nesting.String()})
			all = append(all, bare(attribute.NestedType.Attributes)...)
		}
	}
	return all
}

// equalSize allows for a port with other digits.
func equalSize(t *testing.T, name string, ours, floor any) {
	t.Helper()
	if a, b := size(ours), size(floor); a*100 > b*103 || b*100 > a*103 {
		t.Errorf("the floor gives %d letters for %s, the provider %d", b, name, a)
	}
}

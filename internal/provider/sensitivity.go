package provider

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// secretArguments returns the names of the arguments that contain a secret. The data source
// stores null for these arguments in state (see twinData.Read).
func (t twin[M]) secretArguments() ([]string, error) {
	names, err := secretAttributes("", t.attributes)
	return slices.DeleteFunc(names, func(name string) bool { return !isArgument(t.attributes[name]) }), err
}

func isArgument(attribute dsschema.Attribute) bool {
	return attribute != nil && (attribute.IsRequired() || attribute.IsOptional())
}

// secretAttributes returns the sorted names of the attributes that contain a secret. An
// attribute of an unsupported type is treated as secret and causes an error that contains its
// name, preceded by prefix.
func secretAttributes(prefix string, attributes map[string]dsschema.Attribute) (names []string, err error) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		secret, unsupported := holdsSecret(prefix+name, attributes[name])
		err = errors.Join(err, unsupported)
		if secret || unsupported != nil {
			names = append(names, name)
		}
	}
	return names, err
}

// holdsSecret reports whether an attribute is sensitive or contains a sensitive attribute at
// any depth. It returns an error if it cannot tell, because the type of an attribute is not
// supported.
func holdsSecret(name string, attribute dsschema.Attribute) (bool, error) {
	var nested map[string]dsschema.Attribute
	switch a := attribute.(type) {
	case dsschema.BoolAttribute, dsschema.DynamicAttribute, dsschema.Float32Attribute, dsschema.Float64Attribute,
		dsschema.Int32Attribute, dsschema.Int64Attribute, dsschema.ListAttribute, dsschema.MapAttribute,
		dsschema.NumberAttribute, dsschema.ObjectAttribute, dsschema.SetAttribute, dsschema.StringAttribute:
		// There are no nested attributes, and elements cannot be marked as sensitive.
	case dsschema.SingleNestedAttribute:
		nested = a.Attributes
	case dsschema.ListNestedAttribute:
		nested = a.NestedObject.Attributes
	case dsschema.MapNestedAttribute:
		nested = a.NestedObject.Attributes
	case dsschema.SetNestedAttribute:
		nested = a.NestedObject.Attributes
	default:
		return false, fault.New("attribute-unsupported", "attribute", name, "type", fmt.Sprintf("%T", attribute))
	}
	secrets, err := secretAttributes(name+".", nested)
	return attribute.IsSensitive() || len(secrets) > 0, err
}

package provider

import (
	"maps"
	"slices"
	"strings"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// computedString returns an attribute for a string result that is not sensitive.
func computedString(description string) dsschema.Attribute {
	return dsschema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// computedSecret returns a sensitive attribute for a string result that contains a secret or
// personal data.
func computedSecret(description string) dsschema.Attribute {
	return dsschema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}

// computedInstant returns an attribute for a time that [instant] has formatted. It adds the
// format to the description.
func computedInstant(description string) dsschema.Attribute {
	return computedString(strings.TrimSuffix(description, ".") + ", as an RFC 3339 timestamp in UTC.")
}

// computedBool returns an attribute for a boolean result.
func computedBool(description string) dsschema.Attribute {
	return dsschema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

// computedInt64 returns an attribute for a result that is a whole number.
func computedInt64(description string) dsschema.Attribute {
	return dsschema.Int64Attribute{Computed: true, MarkdownDescription: description}
}

// computedSet returns an attribute for a result that is a set of strings.
func computedSet(description string) dsschema.Attribute {
	return dsschema.SetAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
}

// alsoValidated returns a copy of attribute with an additional validator.
func alsoValidated(attribute dsschema.StringAttribute, extra validator.String) dsschema.StringAttribute {
	attribute.Validators = append(slices.Clone(attribute.Validators), extra)
	return attribute
}

// join returns the union of attribute maps. An attribute in a later map replaces an
// attribute with the same name in an earlier map.
func join(parts ...map[string]dsschema.Attribute) map[string]dsschema.Attribute {
	all := map[string]dsschema.Attribute{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// pick returns the attributes with the given names.
func pick(all map[string]dsschema.Attribute, names ...string) map[string]dsschema.Attribute {
	some := map[string]dsschema.Attribute{}
	for _, name := range names {
		some[name] = all[name]
	}
	return some
}

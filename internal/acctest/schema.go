package acctest

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// Attributes returns the attributes of a schema, including nested attributes, keyed by path, such as
// "credentials.key_json".
func Attributes(schema *tfprotov6.Schema) map[string]*tfprotov6.SchemaAttribute {
	all := map[string]*tfprotov6.SchemaAttribute{}
	var walk func(string, []*tfprotov6.SchemaAttribute)
	walk = func(prefix string, some []*tfprotov6.SchemaAttribute) {
		for _, attribute := range some {
			all[prefix+attribute.Name] = attribute
			if attribute.NestedType != nil {
				walk(prefix+attribute.Name+".", attribute.NestedType.Attributes)
			}
		}
	}
	walk("", schema.Block.Attributes)
	return all
}

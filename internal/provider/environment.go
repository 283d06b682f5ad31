package provider

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// variables returns the environment variables that set an argument of the provider block, in
// the order in which messages list them. They all have the same effect.
func variables(argument string) []string {
	switch argument {
	case "transport_headers":
		return nil // no variable can contain a map
	case "issuer":
		return []string{"ZITADEL_ISSUER", "ZITADEL_HOST"}
	case "key_file":
		return []string{"ZITADEL_KEY_FILE", "ZITADEL_KEY_PATH"}
	}
	return []string{"ZITADEL_" + strings.ToUpper(argument)}
}

// setFromEnvironment sets an argument from its environment variables, unless they are ignored. If
// the value cannot be parsed, or the argument's validators reject it, setFromEnvironment returns a
// fault and leaves the argument null.
func (c *configuration) setFromEnvironment(name string) error {
	set := c.present(name)
	if len(set) == 0 {
		return nil
	}
	value, err := parseArgument(name, os.Getenv(set[0]))
	if err != nil {
		return invalidVariable(set[0], err)
	}
	return fields(reflect.ValueOf(c).Elem(), func(tag string, field reflect.Value) error {
		if tag == name {
			field.Set(reflect.ValueOf(value))
		}
		return nil
	})
}

// parseArgument parses the text of an environment variable as the value of an argument. It returns
// a fault if text cannot be parsed or the argument's validators reject it.
func parseArgument(name, text string) (attr.Value, error) {
	switch attribute := providerAttributes()[name].(type) {
	case dsschema.StringAttribute:
		return types.StringValue(text), firstFault(attribute.Validators, text)
	case dsschema.BoolAttribute:
		parsed, err := parse(text, strconv.ParseBool, "boolean-invalid")
		return types.BoolValue(parsed), err
	case dsschema.Int64Attribute:
		parsed, err := parse(text, parseInt, "number-invalid")
		return types.Int64Value(parsed), cmp.Or(err, firstFault(attribute.Validators, parsed))
	default:
		return nil, fault.New("attribute-unsupported", "attribute", name, "type", fmt.Sprintf("%T", attribute))
	}
}

func parseInt(text string) (int64, error) { return strconv.ParseInt(text, 10, 64) }

// invalidVariable returns the fault for an environment variable with an invalid value.
func invalidVariable(name string, reason error) error {
	return fault.New("variable-invalid", "variable", name, "reason", fault.With(reason, "variable", name))
}

// differentVariables returns a fault if an argument's environment variables have different values.
func (c *configuration) differentVariables(argument string) error {
	set := c.present(argument)
	for _, name := range set {
		if os.Getenv(name) != os.Getenv(set[0]) {
			return fault.New("variables-differ", "variables", message.Enumeration(set))
		}
	}
	return nil
}

// present returns the arguments' environment variables, except those that are unset, empty or ignored.
func (c *configuration) present(arguments ...string) (names []string) {
	for _, argument := range arguments {
		for _, name := range variables(argument) {
			if os.Getenv(name) != "" && !c.isIgnored(argument) {
				names = append(names, name)
			}
		}
	}
	return names
}

// emptyVariables returns a list of the arguments' environment variables that are set but empty, for
// use in a message. A variable is often empty because a secret is missing from the pipeline.
func emptyVariables(arguments ...string) string {
	var names []string
	for _, argument := range arguments {
		for _, name := range variables(argument) {
			if value, isSet := os.LookupEnv(name); isSet && value == "" {
				names = append(names, name)
			}
		}
	}
	return message.Enumeration(names)
}

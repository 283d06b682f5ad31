package provider

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// variables returns the environment variables that set an argument of the provider block,
// in the order in which messages list them. All of them have the same effect.
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

// setFromEnvironment sets an argument from its environment variables, unless the provider
// block sets it. It returns a fault, and leaves the argument null, if the variables have
// different values, or if the value cannot be parsed or is rejected by the validators of
// the argument.
func (c *configuration) setFromEnvironment(name string) error {
	if slices.Contains(c.Set, name) {
		return nil
	}
	value, err := variable(name)
	if err != nil || value.IsNull() {
		return err
	}
	text, attribute := value.ValueString(), providerAttributes()[name]
	switch field := c.field(name).(type) {
	case *types.String:
		if declared, ok := attribute.(dsschema.StringAttribute); ok {
			err = checkString(declared.Validators, text)
		}
		*field = value
	case *types.Bool:
		parsed, parseError := strconv.ParseBool(text)
		if parseError != nil {
			err = cmp.Or(unpaddedValue(text, isBoolean), error(fault.New("boolean-invalid")))
		}
		*field = types.BoolValue(parsed)
	case *types.Int64:
		parsed, parseError := strconv.ParseInt(text, 10, 64)
		if parseError != nil {
			err = cmp.Or(unpaddedValue(text, isNumber), error(fault.New("number-invalid")))
		} else if declared, ok := attribute.(dsschema.Int64Attribute); ok {
			err = checkNumber(declared.Validators, parsed)
		}
		*field = types.Int64Value(parsed)
	}
	if err == nil {
		return nil
	}
	c.unset(name)
	return invalidVariable(present(variables(name))[0], err)
}

func isBoolean(text string) bool {
	_, err := strconv.ParseBool(text)
	return err == nil
}

func isNumber(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}

// invalidVariable returns the fault for an environment variable with an invalid value.
func invalidVariable(name string, reason error) error {
	return fault.New("variable-invalid", "variable", name, "reason", fault.With(reason, "variable", name))
}

// field returns a pointer to the value of an argument that an environment variable can set.
func (c *configuration) field(name string) any {
	return map[string]any{
		"issuer": &c.Issuer, "domain": &c.Domain, "port": &c.Port, "insecure": &c.Insecure,
		"connect_url": &c.ConnectURL,
		"key_json":    &c.KeyJSON, "key_file": &c.KeyFile, "client_id": &c.ClientID, "client_secret": &c.ClientSecret,
		"assertion":          &c.Assertion,
		"assertion_lifetime": &c.AssertionLifetime, "key_expiry_warning": &c.KeyExpiryWarning,
		"request_timeout": &c.RequestTimeout, "max_retries": &c.MaxRetries,
		"ca_cert_pem": &c.CACertPEM, "insecure_skip_verify_tls": &c.InsecureSkipVerifyTLS,
		"client_cert_pem": &c.ClientCertPEM, "client_key_pem": &c.ClientKeyPEM, "proxy_url": &c.ProxyURL,
	}[name]
}

// unset sets an argument to null.
func (c *configuration) unset(name string) {
	switch field := c.field(name).(type) {
	case *types.String:
		*field = types.StringNull()
	case *types.Bool:
		*field = types.BoolNull()
	case *types.Int64:
		*field = types.Int64Null()
	}
}

// variable returns the value of the environment variables of an argument, or null if none
// is set. An empty variable counts as not set. It returns a fault if the variables have
// different values.
func variable(argument string) (types.String, error) {
	set := present(variables(argument))
	if len(set) == 0 {
		return types.StringNull(), nil
	}
	value := os.Getenv(set[0])
	for _, name := range set[1:] {
		if os.Getenv(name) != value {
			return types.StringNull(), fault.New("variables-differ", "variables", enumeration(set))
		}
	}
	return types.StringValue(value), nil
}

// present returns the names of the variables that are set and not empty.
func present(names []string) (set []string) {
	for _, name := range names {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return set
}

// empty returns the names of the variables that are set but empty. Such a variable often
// results from a secret that is missing from a pipeline.
func empty(names []string) (set []string) {
	for _, name := range names {
		if value, isSet := os.LookupEnv(name); isSet && value == "" {
			set = append(set, name)
		}
	}
	return set
}

// emptyOf returns the names of all variables of the given arguments, if they are set but empty.
func emptyOf(arguments ...string) (set []string) {
	for _, name := range arguments {
		set = append(set, empty(variables(name))...)
	}
	return set
}

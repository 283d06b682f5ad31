package provider

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// variables returns the environment variables that set an argument of the provider
// block, in the order in which messages name them. They are equivalent.
func variables(argument string) []string {
	switch argument {
	case "transport_headers":
		return nil // a map
	case "issuer":
		return []string{"ZITADEL_ISSUER", "ZITADEL_HOST"}
	case "key_file":
		return []string{"ZITADEL_KEY_FILE", "ZITADEL_KEY_PATH"}
	}
	return []string{"ZITADEL_" + strings.ToUpper(argument)}
}

// The arguments that are set together: if the provider block sets one of them, the
// variables of the others are ignored, with an exception in each group.
var (
	addressArguments    = []string{"issuer", "domain", "port"}                                        // port for domain
	credentialArguments = []string{"key_json", "key_file", "client_id", "client_secret", "assertion"} // client_secret for client_id
)

// fromEnvironment sets what the provider block does not configure from the environment.
// The configuration takes precedence: an argument there overrides all variables for the
// same purpose. The blocks that need a variable report what is wrong with it.
func (c *configuration) fromEnvironment() (diags diag.Diagnostics) {
	c.Faults = map[string]error{}
	if !c.Port.IsNull() && c.Domain.IsNull() && len(present(variables("domain"))) == 0 {
		diags.Append(argumentFault(path.Root("port"), fault.New("port-without-domain"))...)
	}
	c.Faults["issuer"] = c.addressFromEnvironment()
	c.Faults["credentials"] = c.credentialsFromEnvironment()
	for name := range providerAttributes() {
		if !slices.Contains(addressArguments, name) && !slices.Contains(credentialArguments, name) {
			if err := c.setFromEnvironment(name); err != nil {
				c.Faults[name] = err
			}
		}
	}
	c.Faults["issuer"] = cmp.Or(c.Faults["issuer"], c.addressFault())
	if err := c.certificateFault(); err != nil {
		for _, name := range []string{"client_cert_pem", "client_key_pem"} {
			if slices.Contains(c.Set, name) {
				return append(diags, argumentFault(path.Root(name), err)...)
			}
		}
		c.Faults["client_cert_pem"] = err
	}
	return diags
}

// addressFromEnvironment sets issuer, or domain and port.
func (c *configuration) addressFromEnvironment() error {
	switch {
	case !c.Issuer.IsNull():
		return nil
	case !c.Domain.IsNull():
		return c.setFromEnvironment("port")
	}
	if _, err := variable("issuer"); err != nil {
		return err
	}
	set := slices.Concat(present(variables("issuer")), present(variables("domain")))
	if len(set) > 1 && len(present(variables("domain"))) > 0 {
		return fault.New("variables-combined", "variables", enumeration(set))
	}
	if port := present(variables("port")); len(port) > 0 && len(present(variables("issuer"))) > 0 {
		return fault.New("variables-combined", "variables", enumeration(append(set, port...)))
	}
	for _, name := range addressArguments {
		if name == "port" && c.Domain.IsNull() {
			break // ZITADEL_PORT may be set for another program
		}
		if err := c.setFromEnvironment(name); err != nil {
			c.Issuer, c.Domain = types.StringNull(), types.StringNull()
			return err
		}
	}
	return nil
}

// addressFault returns a fault for an invalid address if an environment variable is the
// cause: that of the argument at fault, or of insecure.
func (c *configuration) addressFault() error {
	fromEnvironment := func(name string) []string {
		if slices.Contains(c.Set, name) {
			return nil
		}
		return present(variables(name))
	}
	isSet := !c.Issuer.IsNull() || !c.Domain.IsNull()
	if c.isFaulty("insecure") || !isSet || c.hasUnknown(issuerArguments...) {
		return nil
	}
	_, argument, err := c.issuer()
	culprits := fromEnvironment(argument)
	if fault.Is(err, "insecure-with-https") {
		culprits = append(fromEnvironment("insecure"), culprits...)
	}
	if err == nil || len(culprits) == 0 {
		return nil
	}
	c.Issuer, c.Domain = types.StringNull(), types.StringNull()
	return fault.New("variable-invalid", "variable", culprits[0], "reason", err)
}

// isFaulty reports whether a variable of one of the arguments is invalid.
func (c *configuration) isFaulty(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return c.Faults[name] != nil })
}

// certificateFault returns a fault for a client certificate without its key, or a key
// without its certificate. One of both may be in the environment.
func (c *configuration) certificateFault() error {
	if c.hasUnknown("client_cert_pem", "client_key_pem") || c.ClientCertPEM.IsNull() == c.ClientKeyPEM.IsNull() ||
		c.isFaulty("client_cert_pem", "client_key_pem") {
		return nil
	}
	missing := "client_cert_pem"
	if c.ClientKeyPEM.IsNull() {
		missing = "client_key_pem"
	}
	return fault.New("client-certificate-incomplete", "argument", missing, "variable", variables(missing)[0],
		"empty", enumeration(empty(variables(missing))))
}

// credentialsFromEnvironment sets the credentials of the provider: those of the
// configuration, or else of the environment. Two forms in the environment, or
// two variables of one argument with different values, are an error.
func (c *configuration) credentialsFromEnvironment() error {
	if len(c.set()) > 0 || !c.ClientSecret.IsNull() {
		if !c.ClientID.IsNull() && c.ClientSecret.IsNull() {
			return c.setFromEnvironment("client_secret")
		}
		return nil
	}
	var found []string
	forms := 0
	for _, name := range credentialArguments {
		set := present(variables(name))
		if _, err := variable(name); err != nil {
			return err
		}
		if name != "client_secret" && len(set) > 0 {
			found = append(found, set...)
			forms++
		}
	}
	switch {
	case forms > 1:
		return fault.New("variables-combined", "variables", enumeration(found))
	case forms == 0 && len(present(variables("client_secret"))) > 0:
		return fault.New("secret-variable-alone", "empty", enumeration(empty(variables("client_id"))))
	}
	for _, name := range credentialArguments {
		if name == "client_secret" && c.ClientID.IsNull() {
			continue // only together with client_id
		}
		if err := c.setFromEnvironment(name); err != nil {
			c.credentialsConfig = credentialsConfig{}
			return err
		}
	}
	return nil
}

// setFromEnvironment sets an argument that is null from its variables. The error is a
// fault that names the variable: its value cannot be parsed, or the validators of the
// argument reject it.
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
			err = cmp.Or(unpadded(text), error(fault.New("boolean-invalid")))
		}
		*field = types.BoolValue(parsed)
	case *types.Int64:
		parsed, parseError := strconv.ParseInt(text, 10, 64)
		if parseError != nil {
			err = cmp.Or(unpadded(text), error(fault.New("number-invalid")))
		} else if declared, ok := attribute.(dsschema.Int64Attribute); ok {
			err = checkNumber(declared.Validators, parsed)
		}
		*field = types.Int64Value(parsed)
	}
	if err == nil {
		return nil
	}
	c.unset(name)
	return fault.New("variable-invalid", "variable", present(variables(name))[0], "reason", err)
}

// field returns a pointer to the value of an argument that has a variable.
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

// unset makes an argument null.
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

// variable returns the value of the variables of an argument; null if none is set. An
// empty variable counts as unset.
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

// present returns the variables that are set and not empty.
func present(names []string) (set []string) {
	for _, name := range names {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return set
}

// empty returns the variables that are set and empty, which often comes from a secret
// that a pipeline does not have.
func empty(names []string) (set []string) {
	for _, name := range names {
		if value, isSet := os.LookupEnv(name); isSet && value == "" {
			set = append(set, name)
		}
	}
	return set
}

// emptyOf returns the variables of several arguments that are set and empty.
func emptyOf(arguments ...string) (set []string) {
	for _, name := range arguments {
		set = append(set, empty(variables(name))...)
	}
	return set
}

// environmentFault returns the diagnostics of the environment variables of what a block
// requires. They have no path, because there may be no provider block.
func (c *configuration) environmentFault(names ...string) diag.Diagnostics {
	var faults []error
	for _, name := range names {
		faults = append(faults, c.Faults[name])
	}
	return diagnose("use environment", path.Empty(), errors.Join(faults...))
}

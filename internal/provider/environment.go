package provider

import (
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// fromEnvironment adds what the provider block does not configure from the environment.
// The configuration takes precedence: an argument there overrides all variables for the
// same purpose. The blocks that need a variable report what is wrong with it.
func (c *configuration) fromEnvironment() (diags diag.Diagnostics) {
	c.Faults = map[string]error{}
	if c.Issuer.IsNull() && c.Domain.IsNull() {
		c.Faults["issuer"] = c.issuerFromEnvironment()
	}
	if c.ConnectURL.IsNull() {
		c.ConnectURL, _ = variable("ZITADEL_CONNECT_URL")
		if _, err := zitadel.ParseConnectURL(c.ConnectURL.ValueString()); err != nil && !c.ConnectURL.IsNull() {
			c.Faults["connect_url"] = fault.New("variable-invalid", "variable", "ZITADEL_CONNECT_URL", "reason", err)
		}
	}
	if !c.Port.IsNull() && c.Domain.IsNull() {
		diags.Append(argumentFault(path.Root("port"), fault.New("port-without-domain"))...)
	}
	given, err := c.withEnvironment()
	if err == nil {
		c.credentialsConfig = given
	}
	c.Faults["credentials"] = err
	return diags
}

func (c *configuration) issuerFromEnvironment() error {
	issuer, err := variable("ZITADEL_ISSUER", "ZITADEL_HOST")
	if err != nil {
		return err
	}
	domain, err := variable("ZITADEL_DOMAIN")
	if err != nil {
		return err
	}
	set := present([]string{"ZITADEL_ISSUER", "ZITADEL_HOST", "ZITADEL_DOMAIN"})
	if !issuer.IsNull() && !domain.IsNull() {
		return fault.New("variables-combined", "variables", enumeration(set))
	}
	c.Issuer, c.Domain = issuer, domain
	if len(set) == 0 || c.hasUnknown("port", "insecure") {
		return nil
	}
	if _, _, err := c.issuer(); err != nil {
		c.Issuer, c.Domain = types.StringNull(), types.StringNull()
		return fault.New("variable-invalid", "variable", set[0], "reason", err)
	}
	return nil
}

// withEnvironment returns the credentials of the provider: those of the
// configuration, or else of the environment. Two forms in the environment, or
// two variables of one argument with different values, are an error.
func (c *credentialsConfig) withEnvironment() (credentialsConfig, error) {
	filled := *c
	secret, err := variable(credentialVariables("client_secret")...)
	if err != nil {
		return filled, err
	}
	if len(filled.set()) > 0 || !filled.ClientSecret.IsNull() {
		if !filled.ClientID.IsNull() && filled.ClientSecret.IsNull() {
			filled.ClientSecret = secret
		}
		return filled, nil
	}
	for _, argument := range filled.arguments() {
		if argument.name == "client_secret" {
			continue // only together with client_id
		}
		if *argument.value, err = variable(credentialVariables(argument.name)...); err != nil {
			return filled, err
		}
	}
	var found []string
	for _, argument := range filled.set() {
		found = append(found, present(credentialVariables(argument.name))...)
	}
	switch {
	case len(filled.set()) > 1:
		return filled, fault.New("variables-combined", "variables", enumeration(found))
	case !filled.ClientID.IsNull():
		filled.ClientSecret = secret
	case len(found) == 0 && !secret.IsNull():
		return filled, fault.New("secret-variable-alone")
	}
	return filled, nil
}

// variable returns the value of the environment variables, which name the same
// argument; null if none is set. An empty variable counts as unset.
func variable(names ...string) (types.String, error) {
	set := present(names)
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

func present(names []string) (set []string) {
	for _, name := range names {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return set
}

package provider

import (
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// fromEnvironment fills in what the provider block leaves to the environment.
// Configuration beats environment: what is written there makes all variables
// for the same thing ignored. What is wrong with a variable is told by the
// blocks that need it.
func (c *configuration) fromEnvironment() (diags diag.Diagnostics) {
	c.Problems = map[string]error{}
	if c.Issuer.IsNull() && c.Domain.IsNull() {
		c.Problems["issuer"] = c.issuerFromEnvironment()
	}
	if c.ConnectURL.IsNull() {
		c.ConnectURL, _ = variable("ZITADEL_CONNECT_URL")
		if _, err := oauth.ParseConnectURL(c.ConnectURL.ValueString()); err != nil && !c.ConnectURL.IsNull() {
			c.Problems["connect_url"] = fmt.Errorf("ZITADEL_CONNECT_URL is invalid: %w", err)
		}
	}
	if !c.Port.IsNull() && c.Domain.IsNull() {
		diags.AddAttributeError(path.Root("port"), "Unable to use port", "port belongs to domain, which is not set. Set domain, or write the port into issuer.")
	}
	given, err := c.withEnvironment()
	if err == nil {
		c.credentials = given
	}
	c.Problems["credentials"] = err
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
		return fmt.Errorf("%s are set in the environment and may not be combined. Unset all but one", enumeration(set))
	}
	c.Issuer, c.Domain = issuer, domain
	if len(set) == 0 || c.hasUnknown("port", "insecure") {
		return nil
	}
	if _, _, err := c.issuer(); err != nil {
		c.Issuer, c.Domain = types.StringNull(), types.StringNull()
		return fmt.Errorf("%s is invalid: %w", set[0], err)
	}
	return nil
}

// withEnvironment returns the credentials of the provider: those of the
// configuration, or else of the environment. Two forms in the environment, or
// two variables of one argument with different values, are an error.
func (c *credentials) withEnvironment() (credentials, error) {
	filled := *c
	secret, err := variable(credentialVariables("client_secret")...)
	if err != nil {
		return filled, err
	}
	if len(filled.written()) > 0 || !filled.ClientSecret.IsNull() {
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
	for _, argument := range filled.written() {
		found = append(found, present(credentialVariables(argument.name))...)
	}
	switch {
	case len(filled.written()) > 1:
		return filled, fmt.Errorf("%s are set in the environment and may not be combined. Unset all but one", enumeration(found))
	case !filled.ClientID.IsNull():
		filled.ClientSecret = secret
	case len(found) == 0 && !secret.IsNull():
		return filled, errors.New("ZITADEL_CLIENT_SECRET is set without ZITADEL_CLIENT_ID. Set both")
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
			return types.StringNull(), fmt.Errorf("%s are set in the environment to different values. Unset all but one", enumeration(set))
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

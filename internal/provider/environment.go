package provider

import (
	"errors"
	"fmt"
	"os"
	"strings"

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
			c.Problems["connect_url"] = fmt.Errorf("ZITADEL_CONNECT_URL cannot be used: %w", err)
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
		return fmt.Errorf("%s are set in the environment. Unset one: each says which instance is meant", strings.Join(set, " and "))
	}
	c.Issuer, c.Domain = issuer, domain
	if len(set) == 0 || c.hasUnknown("port", "insecure") {
		return nil
	}
	if _, _, err := c.issuer(); err != nil {
		c.Issuer, c.Domain = types.StringNull(), types.StringNull()
		return fmt.Errorf("%s cannot be used: %w", set[0], err)
	}
	return nil
}

// withEnvironment returns the credentials of the provider: those of the
// configuration, or else of the environment. Two forms in the environment, or
// two variables for one argument that differ, are an error.
func (c credentials) withEnvironment() (credentials, error) {
	secret, err := variable(credentialVariables("client_secret")...)
	if err != nil {
		return c, err
	}
	if len(c.written()) > 0 || !c.ClientSecret.IsNull() {
		if !c.ClientID.IsNull() && c.ClientSecret.IsNull() {
			c.ClientSecret = secret
		}
		return c, nil
	}
	for name, target := range map[string]*types.String{"key_json": &c.KeyJSON, "key_file": &c.KeyFile, "client_id": &c.ClientID, "assertion": &c.Assertion} {
		if *target, err = variable(credentialVariables(name)...); err != nil {
			return c, err
		}
	}
	var found []string
	for _, f := range c.written() {
		found = append(found, strings.Join(present(credentialVariables(f.name)), " and "))
	}
	if len(found) > 1 {
		return c, fmt.Errorf("%s are set in the environment. Unset all but one: they are different ways to prove who asks", strings.Join(found, " and "))
	}
	switch {
	case !c.ClientID.IsNull():
		c.ClientSecret = secret
	case len(found) == 0 && !secret.IsNull():
		return c, errors.New("ZITADEL_CLIENT_SECRET is set without ZITADEL_CLIENT_ID. Set both")
	}
	return c, nil
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
			return types.StringNull(), fmt.Errorf("%s are set in the environment and differ. Unset all but one", strings.Join(set, " and "))
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

package provider

import (
	"cmp"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// The arguments that are set together: if the provider block sets one of them, the
// variables of the others are ignored. The exceptions are port for domain, and
// client_secret for client_id.
var (
	addressArguments    = []string{"issuer", "domain", "port"}
	credentialArguments = []string{"key_json", "key_file", "client_id", "client_secret", "assertion"}
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
	return invalidVariable(culprits[0], err)
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

// environmentFault returns the diagnostics of the environment variables of what a block
// requires. They have no path, because there may be no provider block.
func (c *configuration) environmentFault(names ...string) diag.Diagnostics {
	var faults []error
	for _, name := range names {
		faults = append(faults, c.Faults[name])
	}
	var diags diag.Diagnostics
	for _, d := range diagnose("", path.Empty(), errors.Join(faults...)) {
		diags.AddError(message.EnvironmentSummary, d.Detail())
	}
	return diags
}

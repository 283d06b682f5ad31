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

// Groups of arguments: if the provider block sets an argument of a group, the environment
// variables of the other arguments in the group are ignored. There are two exceptions:
// domain and port may come from different sources, and client_secret may come from the
// environment if the provider block sets client_id.
var (
	addressArguments    = []string{"issuer", "domain", "port"}
	credentialArguments = []string{"key_json", "key_file", "client_id", "client_secret", "assertion"}
)

// fromEnvironment completes the configuration with environment variables. An argument in the
// provider block overrides all variables for the same purpose. The returned diagnostics are
// about the provider block. An error in a variable is stored in c.Faults, and each block
// that requires the argument reports it.
func (c *configuration) fromEnvironment() (diags diag.Diagnostics) {
	c.Faults = map[string]error{}
	if !c.Port.IsNull() && c.Domain.IsNull() && len(present("domain")) == 0 {
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

// addressFromEnvironment sets issuer, or domain and port, from environment variables. It
// returns a fault if the variables are invalid or may not be combined.
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
	set := present("issuer", "domain")
	if len(set) > 1 && len(present("domain")) > 0 {
		return fault.New("variables-combined", "variables", message.Enumeration(set))
	}
	if port := present("port"); len(port) > 0 && len(present("issuer")) > 0 {
		return fault.New("variables-combined", "variables", message.Enumeration(append(set, port...)))
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

// addressFault returns a fault, and sets issuer and domain to null, if an environment
// variable makes the address invalid. The fault names the variable that sets the invalid
// argument or, if insecure conflicts with the scheme, the variable that sets insecure.
func (c *configuration) addressFault() error {
	fromEnvironment := func(name string) []string {
		if slices.Contains(c.Set, name) {
			return nil
		}
		return present(name)
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

// isFaulty reports whether an environment variable of any of the arguments is invalid.
func (c *configuration) isFaulty(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return c.Faults[name] != nil })
}

// certificateFault returns a fault for a client certificate without its key, or for a key
// without its certificate. Each of them may come from the provider block or from the
// environment.
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
		"empty", emptyVariables(missing))
}

// credentialsFromEnvironment sets the provider's credentials from environment variables,
// unless the provider block sets credentials. It returns a fault if the variables set more
// than one form of credentials or only client_secret, or if a variable is invalid.
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
		set := present(name)
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
		return fault.New("variables-combined", "variables", message.Enumeration(found))
	case forms == 0 && len(present("client_secret")) > 0:
		return fault.New("secret-variable-alone", "empty", emptyVariables("client_id"))
	}
	for _, name := range credentialArguments {
		if name == "client_secret" && c.ClientID.IsNull() {
			continue // used only together with client_id
		}
		if err := c.setFromEnvironment(name); err != nil {
			c.credentialsConfig = credentialsConfig{}
			return err
		}
	}
	return nil
}

// environmentFault returns the diagnostics for invalid environment variables of the named
// arguments, which a block requires. The diagnostics have no path, because there may be no
// provider block.
func (c *configuration) environmentFault(names ...string) diag.Diagnostics {
	var faults []error
	for _, name := range names {
		faults = append(faults, c.Faults[name])
	}
	err := errors.Join(faults...)
	if err == nil {
		return nil
	}
	_, detail := diagnosticText("", err, c.connectionSettings())
	return diag.Diagnostics{diag.NewErrorDiagnostic(message.EnvironmentSummary, detail)}
}

package provider

import (
	"errors"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// addressArguments and credentialArguments are two groups of arguments: those that determine the
// address, and those that determine the credentials.
var (
	addressArguments    = []string{"issuer", "domain", "port"}
	credentialArguments = []string{"key_json", "key_file", "client_id", "client_secret", "assertion"}
)

// groupOf returns the name of the group that contains an argument. If no group contains it, groupOf
// returns the name of the argument itself.
func groupOf(argument string) string {
	switch {
	case slices.Contains(addressArguments, argument):
		return "address"
	case slices.Contains(credentialArguments, argument):
		return "credentials"
	}
	return argument
}

// isIgnored reports whether an argument's environment variables are ignored because the provider
// block takes precedence. An argument overrides its own variables. Credentials override the variables
// of all credentials, except that a variable can supply the client_secret for client_id. issuer and
// domain override all address variables, except that a variable can supply the port for domain.
func (c *configuration) isIgnored(argument string) bool {
	switch argument {
	case "issuer", "domain":
		return c.sets("issuer", "domain")
	case "port":
		return c.sets("issuer", "port")
	case "key_json", "key_file", "client_id", "assertion":
		return c.sets(credentialArguments...)
	case "client_secret":
		return c.sets("key_json", "key_file", "assertion", "client_secret")
	}
	return c.sets(argument)
}

// sets reports whether the provider block sets any of the arguments.
func (c *configuration) sets(arguments ...string) bool {
	return slices.ContainsFunc(arguments, func(name string) bool { return slices.Contains(c.Set, name) })
}

// fromEnvironment completes the configuration with environment variables. The diagnostics that it
// returns are about the provider block. It does not return the errors in environment variables, but
// stores them in c.Faults. Each block that requires one of the affected arguments reports them.
func (c *configuration) fromEnvironment() (diags diag.Diagnostics) {
	c.Faults = map[string]error{}
	if c.sets("port") && !c.sets("domain") && os.Getenv("ZITADEL_DOMAIN") == "" {
		diags.Append(argumentFault(path.Root("port"), fault.New("port-without-domain"))...)
	}
	// In sorted order, domain is set before port, and client_id before client_secret.
	arguments := slices.Sorted(maps.Keys(providerAttributes()))
	for _, name := range arguments {
		c.addFault(name, c.differentVariables(name))
	}
	c.addFault("issuer", c.combinedAddresses())
	c.addFault("client_id", c.combinedCredentials())
	for _, name := range arguments {
		// An unused variable might be meant for a different program.
		isUnused := name == "port" && c.Domain.IsNull() || name == "client_secret" && c.ClientID.IsNull()
		if !isUnused && !c.isFaulty(name) {
			c.addFault(name, c.setFromEnvironment(name))
		}
	}
	c.addFault("issuer", c.addressFault())
	if err := c.certificateFault(); err != nil {
		for _, name := range []string{"client_cert_pem", "client_key_pem"} {
			if c.sets(name) {
				return append(diags, argumentFault(path.Root(name), err)...)
			}
		}
		c.addFault("client_cert_pem", err)
	}
	return diags
}

// addFault stores err, which may be nil, as the fault of the argument's group, unless the group
// already has one.
func (c *configuration) addFault(argument string, err error) {
	if group := groupOf(argument); c.Faults[group] == nil {
		c.Faults[group] = err
	}
}

// isFaulty reports whether the group of any of the arguments has a fault. If it does, the values of
// the arguments in this group must not be used.
func (c *configuration) isFaulty(arguments ...string) bool {
	return slices.ContainsFunc(arguments, func(name string) bool { return c.Faults[groupOf(name)] != nil })
}

// combinedAddresses returns a fault if variables set both issuer and domain, or both issuer and port.
func (c *configuration) combinedAddresses() error {
	for _, other := range []string{"domain", "port"} {
		if len(c.present("issuer")) > 0 && len(c.present(other)) > 0 {
			return fault.New("variables-combined", "variables", message.Enumeration(c.present("issuer", other)))
		}
	}
	return nil
}

// combinedCredentials returns a fault if variables set more than one form of credentials, or only
// client_secret when client_id is not set.
func (c *configuration) combinedCredentials() error {
	var found []string
	forms := 0
	for _, name := range credentialArguments {
		if set := c.present(name); name != "client_secret" && len(set) > 0 {
			found = append(found, set...)
			forms++
		}
	}
	switch {
	case forms > 1:
		return fault.New("variables-combined", "variables", message.Enumeration(found))
	case forms == 0 && !c.sets("client_id") && len(c.present("client_secret")) > 0:
		return fault.New("secret-variable-alone", "empty", emptyVariables("client_id"))
	}
	return nil
}

// addressFault returns a fault if an environment variable makes the address invalid. The fault names
// the variable that sets the invalid argument or, if insecure conflicts with the scheme, the variable
// that sets insecure.
func (c *configuration) addressFault() error {
	if c.isFaulty(issuerArguments...) || c.hasUnknown(issuerArguments...) || c.Issuer.IsNull() && c.Domain.IsNull() {
		return nil
	}
	_, argument, err := c.issuer()
	causes := c.present(argument)
	if fault.Is(err, "insecure-with-https") {
		causes = c.present("insecure", argument)
	}
	if err == nil || len(causes) == 0 {
		return nil
	}
	return invalidVariable(causes[0], err)
}

// certificateFault returns a fault if a client certificate is set without its key, or a key without
// its certificate. Either of them can come from the provider block or from the environment.
func (c *configuration) certificateFault() error {
	if c.hasUnknown("client_cert_pem", "client_key_pem") || c.ClientCertPEM.IsNull() == c.ClientKeyPEM.IsNull() ||
		c.isFaulty("client_cert_pem", "client_key_pem") {
		return nil
	}
	set, missing := "client_key_pem", "client_cert_pem"
	if c.ClientKeyPEM.IsNull() {
		set, missing = missing, set
	}
	variable := variables(missing)[0]
	if len(c.present(set)) > 0 {
		return fault.New("client-certificate-incomplete", "other", c.present(set)[0], "argument", variable,
			"empty", emptyVariables(missing))
	}
	return fault.New("client-certificate-incomplete", "other", set, "argument", missing, "or_variable", variable,
		"empty", emptyVariables(missing))
}

// environmentFault returns the diagnostics for invalid environment variables of the named arguments,
// which a block requires. The diagnostics have no path, because there might be no provider block.
func (c *configuration) environmentFault(names ...string) diag.Diagnostics {
	var faults []error
	for _, name := range names {
		if err := c.Faults[groupOf(name)]; !slices.Contains(faults, err) {
			faults = append(faults, err)
		}
	}
	err := errors.Join(faults...)
	if err == nil {
		return nil
	}
	_, detail := diagnosticText("", err, c.connectionSettings())
	return diag.Diagnostics{diag.NewErrorDiagnostic(message.EnvironmentSummary, detail)}
}

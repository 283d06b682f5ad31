package message

import (
	"maps"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Settings describes how the user configured the connection to the instance, so that messages can
// name the arguments or environment variables that the user set. The zero value describes a provider
// block that sets issuer.
type Settings struct {
	// ByDomain is true if domain determines the address, and false if issuer does.
	ByDomain bool
	// PortSet is true if port is set.
	PortSet bool
	// Name returns the name that messages use for an argument: the argument itself, or the
	// environment variable that sets it. If Name is nil, messages name the argument itself.
	Name func(argument string) string
	// ByProvider is true if the message is about the provider's credentials, so that Name also applies
	// to their arguments.
	ByProvider bool
	// Variable is the environment variable that the message is about, or "" if there is none.
	Variable string
}

// connectionArguments are the arguments that determine how the provider connects to the instance. For
// each of them, a placeholder with the suffix "_setting" contains the result of Settings.Name.
var connectionArguments = []string{"issuer", "domain", "port", "insecure", "connect_url", "proxy_url"}

// clientArguments are the arguments for a client ID and its secret. They have values with the suffix
// "_setting", too.
var clientArguments = []string{"client_id", "client_secret"}

// applyTo returns a copy of f that also has the settings as values. If the names are the same, the
// value of f takes precedence.
func (s Settings) applyTo(f *fault.Fault) *fault.Fault {
	values := map[string]any{"by_domain": s.ByDomain, "port_set": s.PortSet}
	if s.Name != nil {
		for _, argument := range connectionArguments {
			values[argument+"_setting"] = s.Name(argument)
		}
	}
	if s.Name != nil && s.ByProvider {
		for _, argument := range clientArguments {
			values[argument+"_setting"] = s.Name(argument)
		}
	}
	if s.Variable != "" {
		values["variable"] = s.Variable
	}
	maps.Copy(values, f.Values)
	return &fault.Fault{Code: f.Code, Values: values}
}

// addSettings adds the values that messages about the connection to the instance use:
//
//   - address is issuer_setting, or domain_setting if by_domain is true
//   - set_insecure is the assignment that allows plain HTTP
//   - assignments replace an invalid domain: they set domain to suggestion and, if the fault has
//     values for port and insecure, also set those
func addSettings(values map[string]string) {
	for _, argument := range slices.Concat(connectionArguments, clientArguments) {
		if values[argument+"_setting"] == "" {
			values[argument+"_setting"] = argument
		}
	}
	values["address"] = values["issuer_setting"]
	if values["by_domain"] != "" {
		values["address"] = values["domain_setting"]
	}
	values["set_insecure"] = assignment(values["insecure_setting"], "true")
	values["assignments"] = ""
	if values["suggestion"] == "" {
		return
	}
	assignments := []string{assignment(values["domain_setting"], quote(values["suggestion"]))}
	if values["port"] != "" {
		assignments = append(assignments, assignment(values["port_setting"], quote(values["port"])))
	}
	if values["insecure"] != "" {
		assignments = append(assignments, assignment(values["insecure_setting"], values["insecure"]))
	}
	values["assignments"] = Enumeration(assignments)
}

// isVariable reports whether a setting is an environment variable, and not an argument.
func isVariable(setting string) bool { return strings.ToUpper(setting) == setting }

// assignment returns the text that assigns value, an HCL literal, to an argument or an environment
// variable. For a variable, it removes the quotes from the value.
func assignment(setting, value string) string {
	if isVariable(setting) {
		return setting + "=" + strings.Trim(value, `"`)
	}
	return setting + " = " + value
}

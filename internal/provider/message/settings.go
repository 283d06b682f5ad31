package message

import (
	"maps"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Settings describes how the user configured the connection to the instance, so that messages name
// what the user sets. The zero value describes arguments of the provider block, including issuer.
type Settings struct {
	// ByDomain is true if domain determines the address, and false if issuer does.
	ByDomain bool
	// PortSet is true if the port is set.
	PortSet bool
	// Name returns what the user sets for an argument: the argument itself, or an environment
	// variable. If Name is nil, the user sets the argument itself.
	Name func(argument string) string
}

// connectionArguments are the arguments that determine how the provider connects to the instance. The
// value with the suffix "_setting" is what the user sets for an argument.
var connectionArguments = []string{"issuer", "domain", "port", "insecure", "connect_url", "proxy_url"}

// applyTo returns a copy of f that also has the settings as values. A value of f has precedence over
// a setting.
func (s Settings) applyTo(f *fault.Fault) *fault.Fault {
	values := map[string]any{"by_domain": s.ByDomain, "port_set": s.PortSet}
	if s.Name != nil {
		for _, argument := range connectionArguments {
			values[argument+"_setting"] = s.Name(argument)
		}
	}
	maps.Copy(values, f.Values)
	return &fault.Fault{Code: f.Code, Values: values}
}

// addSettings adds the values that messages about the connection to the instance use:
//
//   - address is the setting of issuer, or of domain if by_domain is true
//   - set_insecure is the assignment that allows plain HTTP
//   - assignments are the assignments that replace an invalid domain: suggestion for domain and, if
//     they are not empty, port and insecure
func addSettings(values map[string]string) {
	for _, argument := range connectionArguments {
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

// assignment returns the assignment of a value, written in HCL, to an argument or to an environment
// variable. A variable contains the value without quotes.
func assignment(setting, value string) string {
	if strings.ToUpper(setting) == setting {
		return setting + "=" + strings.Trim(value, `"`)
	}
	return setting + " = " + value
}

package message

import "strings"

// connectionSettings are the arguments that determine how the provider connects to the instance. The
// value with the suffix "_setting" is what the user sets for an argument: the argument itself, or an
// environment variable. It is the argument unless the caller of [Diagnostic] adds another value.
var connectionSettings = []string{"issuer", "domain", "port", "insecure", "connect_url", "proxy_url"}

// addSettings adds the values that messages about the connection to the instance use:
//
//   - address is the setting of issuer, or of domain if by_domain is true
//   - set_insecure is the assignment that allows plain HTTP
//   - assignments are the assignments that replace an invalid domain: suggestion for domain and, if
//     they are not empty, port and insecure
func addSettings(values map[string]string) {
	for _, argument := range connectionSettings {
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

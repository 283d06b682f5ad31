package provider

import (
	"slices"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// source returns the environment variables that contain the value of an argument, and a
// phrase for messages that says where the value is set. The result contains no variables if
// the provider block sets the argument.
func (c *configuration) source(argument string) (set []string, place string) {
	if set = present(argument); slices.Contains(c.Set, argument) || len(set) == 0 {
		return nil, "argument " + argument + " of the provider block"
	}
	if len(set) == 1 {
		return set, "environment variable " + set[0]
	}
	return set, "environment variables " + message.Enumeration(set)
}

// setting returns the name under which the user sets an argument that determines how the provider
// connects: the name of the argument or, if its value comes from the environment, of its variable.
// Only variables of issuer and domain are ignored if the provider block contains an address. The
// result is the name of a variable, too, if none is set but the address comes from the environment.
func (c *configuration) setting(argument string) string {
	set := present(argument)
	isCompletion := !slices.Contains([]string{"issuer", "domain"}, argument)
	switch {
	case slices.Contains(c.Set, argument):
		return argument
	case len(set) > 0 && (isCompletion || c.isAddressFromEnvironment()):
		return set[0]
	case slices.Contains(issuerArguments, argument) && c.isAddressFromEnvironment():
		return variables(argument)[0]
	}
	return argument
}

// isAddressFromEnvironment reports whether an environment variable sets the address of the instance.
func (c *configuration) isAddressFromEnvironment() bool {
	return !slices.Contains(c.Set, "issuer") && !slices.Contains(c.Set, "domain") &&
		len(present("issuer", "domain")) > 0
}

// connectionSettings returns the settings for messages about the connection to the instance.
func (c *configuration) connectionSettings() message.Settings {
	return message.Settings{
		ByDomain: slices.Contains(c.Set, "domain") || c.isAddressFromEnvironment() && len(present("issuer")) == 0,
		PortSet:  slices.Contains(c.Set, "port") || len(present("port")) > 0,
		Name:     c.setting,
	}
}

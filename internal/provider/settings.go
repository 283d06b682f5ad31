package provider

import (
	"slices"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// source returns the environment variables that set an argument, and a phrase for messages that
// describes where the argument is set. It returns no variables if the provider block sets the
// argument.
func (c *configuration) source(argument string) (set []string, place string) {
	set = c.present(argument)
	switch len(set) {
	case 0:
		return nil, "argument " + argument + " of the provider block"
	case 1:
		return set, "environment variable " + set[0]
	}
	return set, "environment variables " + message.Enumeration(set)
}

// setting returns the name that messages use for an argument that determines how the provider
// connects: the environment variable that sets the argument, or else the argument itself. If the
// argument is not set, but the address comes from variables, setting returns the argument's variable.
func (c *configuration) setting(argument string) string {
	set := c.present(argument)
	switch {
	case len(set) > 0:
		return set[0]
	case slices.Contains(issuerArguments, argument) && !c.sets(argument) && len(c.present("issuer", "domain")) > 0:
		return variables(argument)[0]
	}
	return argument
}

// connectionSettings returns the settings for messages about the connection to the instance.
func (c *configuration) connectionSettings() message.Settings {
	return message.Settings{
		ByDomain: c.sets("domain") || len(c.present("domain")) > 0 && len(c.present("issuer")) == 0,
		PortSet:  c.sets("port") || len(c.present("port")) > 0,
		Name:     c.setting,
	}
}

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// credentials are the arguments that prove who asks. They stand in the provider
// block, and in the object credentials of a block that authenticates.
type credentials struct {
	KeyJSON      types.String `tfsdk:"key_json"`
	KeyFile      types.String `tfsdk:"key_file"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	Assertion    types.String `tfsdk:"assertion"`
}

// credentialArgument is one of the arguments, by name.
type credentialArgument struct {
	name  string
	value *types.String
}

// arguments returns the arguments in the order in which messages name them.
func (c *credentials) arguments() []credentialArgument {
	return []credentialArgument{
		{"key_json", &c.KeyJSON}, {"key_file", &c.KeyFile},
		{"client_id", &c.ClientID}, {"client_secret", &c.ClientSecret},
		{"assertion", &c.Assertion},
	}
}

// credentialVariables are the environment variables of each argument, in the
// provider block only.
func credentialVariables(argument string) []string {
	switch argument {
	case "key_json":
		return []string{"ZITADEL_KEY_JSON"}
	case "key_file":
		return []string{"ZITADEL_KEY_FILE", "ZITADEL_KEY_PATH"}
	case "client_id":
		return []string{"ZITADEL_CLIENT_ID"}
	case "client_secret":
		return []string{"ZITADEL_CLIENT_SECRET"}
	case "assertion":
		return []string{"ZITADEL_ASSERTION"}
	}
	return nil
}

// forms names the ways to prove who asks, for messages.
const forms = "key_json, key_file, client_id with client_secret, or assertion"

// credentialAttributes returns the arguments. The text byDefault describes what they
// default to, with "%s" for the environment variables of each; it is empty if they
// have no default.
func credentialAttributes(byDefault string) map[string]dsschema.Attribute {
	attribute := func(name, description string, sensitive bool) dsschema.StringAttribute {
		if byDefault != "" {
			variables := "`" + strings.Join(credentialVariables(name), "` or `") + "`"
			description += " Defaults to " + strings.ReplaceAll(byDefault, "%s", variables) + "."
		}
		return dsschema.StringAttribute{
			Optional: true, Sensitive: sensitive, MarkdownDescription: description,
			Validators: []validator.String{notEmpty()},
		}
	}
	const clientID = "Client ID of an application or user name of a service account, together with `client_secret`."
	return map[string]dsschema.Attribute{
		"key_json":      attribute("key_json", "ZITADEL key JSON.", true),
		"key_file":      attribute("key_file", "Path of a file that contains a ZITADEL key JSON.", false),
		"client_id":     attribute("client_id", clientID, false),
		"client_secret": attribute("client_secret", "Client secret of `client_id`.", true),
		"assertion":     attribute("assertion", "JWT assertion that was signed elsewhere, so that no key enters Terraform.", true),
	}
}

// credentialsAttribute is the object of a block that authenticates.
func credentialsAttribute() dsschema.Attribute {
	return dsschema.SingleNestedAttribute{
		Optional:   true,
		Attributes: credentialAttributes(""),
		Validators: []validator.Object{oneForm{name: "credentials", forms: forms}},
		MarkdownDescription: "Credentials of this block: one of `key_json`, `key_file`, `client_id` with `client_secret`, " +
			"or `assertion`. Defaults to the provider's credentials.",
	}
}

// oneForm is the validator of an object of credentials.
type oneForm struct{ name, forms string }

// Description implements [validator.Describer].
func (o oneForm) Description(context.Context) string { return "one of " + o.forms }

// MarkdownDescription implements [validator.Describer].
func (o oneForm) MarkdownDescription(ctx context.Context) string { return o.Description(ctx) }

// ValidateObject implements [validator.Object].
func (o oneForm) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	c := credentialsOf(req.ConfigValue)
	resp.Diagnostics.Append(c.check(req.Path)...)
	switch {
	case resp.Diagnostics.HasError():
	case len(c.written()) == 0:
		resp.Diagnostics.AddAttributeError(req.Path, "Unable to use "+o.name, "The object is empty. Set one of "+o.forms+", or leave "+o.name+" out.")
	case !c.ClientID.IsNull() && !c.ClientID.IsUnknown() && c.ClientSecret.IsNull():
		resp.Diagnostics.AddAttributeError(req.Path.AtName("client_id"), "Unable to use client_id", "client_id is set without client_secret. Set both.")
	}
}

// credentialsOf reads an object that has all or some of the arguments.
func credentialsOf(object types.Object) (c credentials) {
	for _, argument := range c.arguments() {
		if value, ok := object.Attributes()[argument.name].(types.String); ok {
			*argument.value = value
		}
	}
	return c
}

// written returns the arguments that are not null and stand for a form of
// credentials: all but client_secret, which belongs to client_id. One that is
// unknown may still turn out to be null.
func (c *credentials) written() []credentialArgument {
	return slices.DeleteFunc(c.arguments(), func(a credentialArgument) bool {
		return a.name == "client_secret" || a.value.IsNull()
	})
}

// check tells of two forms at one place, and of a secret without its id, as far
// as the arguments are known.
func (c *credentials) check(at path.Path) (diags diag.Diagnostics) {
	var names []string
	for _, argument := range c.written() {
		if !argument.value.IsUnknown() {
			names = append(names, argument.name)
		}
	}
	if len(names) > 1 {
		diags.AddAttributeError(at.AtName(names[1]), "Unable to use "+names[1],
			enumeration(names)+" may not be combined. Keep one of them.")
	}
	if c.ClientID.IsNull() && !c.ClientSecret.IsNull() && !c.ClientSecret.IsUnknown() {
		diags.AddAttributeError(at.AtName("client_secret"), "Unable to use client_secret", "client_secret is set without client_id. Set both.")
	}
	return diags
}

// read makes credentials of the arguments: it reads and parses a key. The error
// names the argument that is at fault.
func (c *credentials) read() (oauth.Credentials, error) {
	switch {
	case !c.KeyJSON.IsNull():
		k, err := key.Parse([]byte(c.KeyJSON.ValueString()))
		return oauth.Credentials{Key: k}, blame("key_json", err)
	case !c.KeyFile.IsNull():
		k, err := key.ReadFile(c.KeyFile.ValueString())
		return oauth.Credentials{Key: k}, blame("key_file", err)
	case !c.ClientID.IsNull() && c.ClientSecret.IsNull():
		return oauth.Credentials{}, blame("client_id", fmt.Errorf("client_id is set without client_secret. Set both; of the provider, ZITADEL_CLIENT_SECRET will do"))
	}
	for _, argument := range c.arguments() {
		if strings.ContainsAny(argument.value.ValueString(), "\r\n") {
			const lineBreak = "the value contains a line break. If it is read from a file, use trimspace(file(...))"
			return oauth.Credentials{}, blame(argument.name, errors.New(lineBreak))
		}
	}
	return oauth.Credentials{
		ClientID:     c.ClientID.ValueString(),
		ClientSecret: key.NewSecret(c.ClientSecret.ValueString()),
		Assertion:    key.NewSecret(c.Assertion.ValueString()),
	}, nil
}

func blame(argument string, err error) error {
	if err == nil {
		return nil
	}
	return &oauth.ArgumentError{Argument: argument, Problem: err.Error()}
}

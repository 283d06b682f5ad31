package provider

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// credentialsConfig contains the arguments that set credentials, in the provider block or in
// any other block.
type credentialsConfig struct {
	KeyJSON      types.String `tfsdk:"key_json"`
	KeyFile      types.String `tfsdk:"key_file"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	Assertion    types.String `tfsdk:"assertion"`
}

// credentialArgument is the name of an argument in a [credentialsConfig], and a pointer to its value.
type credentialArgument struct {
	name  string
	value *types.String
}

// arguments returns all arguments, in the order in which messages list them.
func (c *credentialsConfig) arguments() []credentialArgument {
	return []credentialArgument{
		{"key_json", &c.KeyJSON}, {"key_file", &c.KeyFile},
		{"client_id", &c.ClientID}, {"client_secret", &c.ClientSecret},
		{"assertion", &c.Assertion},
	}
}

// forms lists the forms that credentials can take, for use in messages.
const forms = "key_json, key_file, client_id with client_secret, or assertion"

// credentialAttributes returns the attributes for a [credentialsConfig]. fallback is the default
// that the descriptions mention; if it is empty, they mention none.
func credentialAttributes(fallback string) map[string]dsschema.Attribute {
	attribute := func(description string, sensitive bool, validators ...validator.String) dsschema.StringAttribute {
		if fallback != "" {
			description += " Defaults to " + fallback + "."
		}
		return dsschema.StringAttribute{
			Optional: true, Sensitive: sensitive, MarkdownDescription: description,
			Validators: append([]validator.String{notEmpty()}, validators...),
		}
	}
	return map[string]dsschema.Attribute{
		"key_json": attribute("ZITADEL key JSON.", true),
		"key_file": attribute("Path to a file that contains a ZITADEL key JSON.", false, valid(unpadded)),
		"client_id": attribute("Client ID of an application or user name of a service account, to be set together "+
			"with `client_secret`.", false, valid(unpaddedLine)),
		"client_secret": attribute("Client secret for `client_id`.", true, valid(unpaddedLine)),
		"assertion": attribute("JWT assertion that was signed elsewhere, so that Terraform does not need the key.",
			true, tokenText()),
	}
}

// path returns the path of a block's credentials object. It returns the empty path if c is
// nil, which means that the block does not set credentials.
func (c *credentialsConfig) path() path.Path {
	if c == nil {
		return path.Empty()
	}
	return path.Root("credentials")
}

// credentialsAttribute returns the credentials attribute of a block that requires
// authentication. accepted lists the forms that the block accepts, for use in the description.
func credentialsAttribute(accepted string) dsschema.Attribute {
	return dsschema.SingleNestedAttribute{
		Optional:            true,
		Attributes:          credentialAttributes(""),
		Validators:          []validator.Object{oneForm("credentials", forms)},
		MarkdownDescription: "Credentials of this block: " + accepted + ". Defaults to the provider's credentials.",
	}
}

// anyForm lists all forms of credentials, for the descriptions of blocks that accept any of them.
const anyForm = "one of `key_json`, `key_file`, `client_id` with `client_secret`, or `assertion`"

// singleForm validates that an object sets exactly one form of credentials.
type singleForm struct {
	described
	name, forms string
}

// oneForm returns a [singleForm] for the object called name. forms lists the forms that it accepts.
func oneForm(name, forms string) validator.Object {
	return singleForm{described("one of " + forms), name, forms}
}

// ValidateObject implements [validator.Object].
func (s singleForm) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	c := credentialsOf(req.ConfigValue)
	resp.Diagnostics.Append(c.check(req.Path)...)
	switch {
	case resp.Diagnostics.HasError():
	case len(c.set()) == 0:
		empty := fault.New("credentials-empty", "forms", s.forms, "argument", s.name)
		resp.Diagnostics.Append(argumentFault(req.Path, empty)...)
	case !c.ClientID.IsNull() && !c.ClientID.IsUnknown() && c.ClientSecret.IsNull():
		resp.Diagnostics.Append(argumentFault(req.Path.AtName("client_id"), fault.New("client-id-without-secret"))...)
	}
}

// credentialsOf returns the credential arguments in object. Arguments that object does not have
// are null.
func credentialsOf(object types.Object) (c credentialsConfig) {
	for _, argument := range c.arguments() {
		if value, ok := object.Attributes()[argument.name].(types.String); ok {
			*argument.value = value
		}
	}
	return c
}

// set returns the arguments that are not null, except client_secret, which does not identify a
// form of credentials. It includes unknown arguments, which can still turn out to be null.
func (c *credentialsConfig) set() []credentialArgument {
	return slices.DeleteFunc(c.arguments(), func(a credentialArgument) bool {
		return a.name == "client_secret" || a.value.IsNull()
	})
}

// form returns the name of the argument that identifies the form of the credentials, or "" if no
// credentials are set.
func (c *credentialsConfig) form() string {
	for _, argument := range c.set() {
		return argument.name
	}
	return ""
}

// check returns diagnostics if more than one form is set, or if client_secret is set
// without client_id. It ignores unknown arguments. at is the path of the object that
// contains the arguments.
func (c *credentialsConfig) check(at path.Path) (diags diag.Diagnostics) {
	var names []string
	for _, argument := range c.set() {
		if !argument.value.IsUnknown() {
			names = append(names, argument.name)
		}
	}
	if len(names) > 1 {
		combined := fault.New("credentials-combined", "arguments", message.Enumeration(names))
		diags.Append(argumentFault(at.AtName(names[1]), combined)...)
	}
	if c.ClientID.IsNull() && !c.ClientSecret.IsNull() && !c.ClientSecret.IsUnknown() {
		diags.Append(argumentFault(at.AtName("client_secret"), fault.New("client-secret-without-id"))...)
	}
	return diags
}

// read returns the credentials that the arguments describe. It reads and parses the key if
// key_json or key_file is set. Any error that it returns is an [*argumentError].
func (c *credentialsConfig) read() (zitadel.Credentials, error) {
	switch {
	case !c.KeyJSON.IsNull():
		k, err := key.Parse([]byte(c.KeyJSON.ValueString()))
		return zitadel.Credentials{Key: k}, inArgument("key_json", err)
	case !c.KeyFile.IsNull():
		k, err := key.ReadFile(c.KeyFile.ValueString())
		return zitadel.Credentials{Key: k}, inArgument("key_file", withoutSecret(c.KeyFile.ValueString(), err))
	case !c.ClientID.IsNull() && c.ClientSecret.IsNull():
		return zitadel.Credentials{}, inArgument("client_id", fault.New("client-id-without-secret",
			"empty", emptyVariables("client_secret")))
	}
	return zitadel.Credentials{
		ClientID:     c.ClientID.ValueString(),
		ClientSecret: key.NewSecret(c.ClientSecret.ValueString()),
		Assertion:    key.NewSecret(c.Assertion.ValueString()),
	}, nil
}

// looksLikePath reports whether text contains a separator of folders, or ends with a file name extension.
func looksLikePath(text string) bool {
	const longest = len(".jsonc")
	extension := filepath.Ext(text)
	return strings.ContainsAny(text, `/\`) || len(extension) > 1 && len(extension) <= longest
}

// withoutSecret returns err, the error of [key.ReadFile]. If no file has the given path, and the path may
// be a secret, it returns a fault that does not contain the path.
func withoutSecret(path string, err error) error {
	isMissing := fault.Is(err, "key-file-missing", "key-file-tilde", "key-file-placeholder", "key-file-relative")
	if isMissing && !looksLikePath(path) {
		return fault.New("key-file-not-path")
	}
	return err
}

// argumentError is an error about one argument.
type argumentError struct {
	argument string
	error
}

// Unwrap returns the error without the name of the argument.
func (e *argumentError) Unwrap() error { return e.error }

// inArgument returns an [*argumentError], or nil if err is nil.
func inArgument(argument string, err error) error {
	if err == nil {
		return nil
	}
	return &argumentError{argument, err}
}

package provider

import (
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// open returns the client and the credentials for a block that requires authentication. See
// [session.authenticate] for config.
func (s *session) open(config *credentialsConfig) (*zitadel.Client, zitadel.Credentials, diag.Diagnostics) {
	client, diags := s.client()
	if diags.HasError() {
		return nil, zitadel.Credentials{}, diags
	}
	given, more := s.identify(config)
	return client, given, append(diags, more...)
}

// identify is like authenticate, but returns an error if no credentials are configured.
func (s *session) identify(config *credentialsConfig) (zitadel.Credentials, diag.Diagnostics) {
	given, diags := s.authenticate(config)
	if !diags.HasError() && given.None() {
		diags.Append(diagnose("", path.Empty(), fault.New("credentials-missing",
			"empty", emptyVariables(credentialArguments...), "no_arguments", len(s.configuration.Set) == 0))...)
	}
	return given, diags
}

// authenticate returns the credentials that a block sets in config. If config is nil, it returns
// the provider's credentials, which can be missing.
func (s *session) authenticate(config *credentialsConfig) (zitadel.Credentials, diag.Diagnostics) {
	if config != nil {
		return s.load(config, config.path())
	}
	diags := s.require(credentialArguments...)
	if diags.HasError() {
		return zitadel.Credentials{}, diags
	}
	return s.load(&s.configuration.credentialsConfig, path.Empty())
}

// mismatches are the codes of faults about credentials that have the wrong type for one block, but
// work in others.
var mismatches = []string{
	"application-key-for-token", "service-account-key-for-introspection", "service-account-key-for-exchange",
	"key-required-to-sign",
}

// credentialsFault returns the diagnostics for err, the error of an operation that used the
// credentials in config or, if config is nil, the provider's credentials. If the provider's
// credentials cannot work in any block, for example because a key has expired, the diagnostics
// are about the provider's configuration. If they might work in other blocks, or if ZITADEL
// rejected them, the summary describes the operation and names the argument that sets them.
func (s *session) credentialsFault(op string, config *credentialsConfig, err error) diag.Diagnostics {
	var failure *zitadel.Error
	if config != nil || !errors.As(err, &failure) || !failure.Credentials {
		return s.diagnose(op, config.path(), err)
	}
	argument := s.configuration.form()
	if failure.URL == "" && !fault.Is(failure.Problem, mismatches...) {
		return s.providerFault(argument, failure.Problem)
	}
	summary, detail := diagnosticText(op, err, s.configuration.connectionSettings())
	return diag.Diagnostics{diag.NewErrorDiagnostic(message.CredentialsSummary(summary, argument), detail)}
}

// load returns the credentials that config describes, and warns if their key expires soon. at is
// the path of the object that contains the arguments; it is empty for the provider block.
func (s *session) load(config *credentialsConfig, at path.Path) (zitadel.Credentials, diag.Diagnostics) {
	diags := s.require("key_expiry_warning")
	if diags.HasError() {
		return zitadel.Credentials{}, diags
	}
	if diags.Append(config.check(at)...); diags.HasError() {
		return zitadel.Credentials{}, diags
	}
	credentials, err := s.read(config)
	var wrong *argumentError
	switch {
	case errors.As(err, &wrong) && at.Equal(path.Empty()):
		diags.Append(s.providerFault(wrong.argument, wrong.error)...)
	case errors.As(err, &wrong):
		diags.Append(argumentFault(at.AtName(wrong.argument), wrong.error)...)
	default:
		diags.Append(s.warnOfExpiry(credentials.Key, at)...)
	}
	return credentials, diags
}

// read returns the result of [credentialsConfig.read]. Calls with identical arguments share one
// result; calls with different arguments do not wait for each other. An error is not cached,
// because the run might write the key file later.
func (s *session) read(config *credentialsConfig) (zitadel.Credentials, error) {
	s.mu.Lock()
	read, ok := s.loaded[*config]
	if !ok {
		if s.loaded == nil {
			s.loaded = map[credentialsConfig]func() (zitadel.Credentials, error){}
		}
		copied := *config
		read = sync.OnceValues(copied.read)
		s.loaded[copied] = read
	}
	s.mu.Unlock()
	credentials, err := read()
	if err != nil {
		s.mu.Lock()
		delete(s.loaded, *config)
		s.mu.Unlock()
	}
	return credentials, err
}

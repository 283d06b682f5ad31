package provider

import (
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// open returns the client and the credentials for a block that requires authentication. See
// [session.authenticate] for config. accepted is the type of the keys that the block accepts, for
// messages; it is empty for any type.
func (s *session) open(
	config *credentialsConfig, accepted key.Type,
) (*zitadel.Client, zitadel.Credentials, diag.Diagnostics) {
	client, diags := s.client()
	if diags.HasError() {
		return nil, zitadel.Credentials{}, diags
	}
	given, more := s.identify(config, accepted)
	return client, given, append(diags, more...)
}

// identify is like authenticate, but returns an error if no credentials are configured.
func (s *session) identify(
	config *credentialsConfig, accepted key.Type,
) (zitadel.Credentials, diag.Diagnostics) {
	given, diags := s.authenticate(config, accepted)
	if !diags.HasError() && given.None() {
		diags.Append(diagnose("", path.Empty(), fault.New("credentials-missing",
			"empty", emptyVariables(credentialArguments...), "no_arguments", len(s.configuration.Set) == 0))...)
	}
	return given, diags
}

// authenticate returns the credentials that a block sets in config. If config is nil, it returns
// the provider's credentials, which can be missing.
func (s *session) authenticate(
	config *credentialsConfig, accepted key.Type,
) (zitadel.Credentials, diag.Diagnostics) {
	if config != nil {
		return s.load(config, config.path(), accepted)
	}
	diags := s.require(credentialArguments...)
	if diags.HasError() {
		return zitadel.Credentials{}, diags
	}
	return s.load(&s.configuration.credentialsConfig, path.Empty(), accepted)
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
// rejected them, the summary describes the operation and names the argument or
// the environment variable that sets them.
func (s *session) credentialsFault(op string, config *credentialsConfig, err error) diag.Diagnostics {
	var failure *zitadel.Error
	if config != nil || !errors.As(err, &failure) || !failure.Credentials {
		return s.diagnose(op, config.path(), err)
	}
	argument := s.configuration.form()
	if failure.URL == "" && !fault.Is(failure.Problem, mismatches...) {
		return s.providerFault(argument, failure.Problem)
	}
	settings := s.configuration.connectionSettings()
	settings.ByProvider = true
	if set := s.configuration.present(argument); len(set) > 0 {
		settings.Variable = set[0]
	}
	summary, detail := diagnosticText(op, err, settings)
	summary = message.CredentialsSummary(summary, s.configuration.setting(argument))
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, detail)}
}

// load returns the credentials that config describes, and warns if their key expires soon. at is
// the path of the object that contains the arguments; it is empty for the provider block.
func (s *session) load(
	config *credentialsConfig, at path.Path, accepted key.Type,
) (zitadel.Credentials, diag.Diagnostics) {
	diags := s.require("key_expiry_warning")
	if diags.HasError() {
		return zitadel.Credentials{}, diags
	}
	if diags.Append(config.check(at)...); diags.HasError() {
		return zitadel.Credentials{}, diags
	}
	credentials, err := s.read(config)
	var wrong *argumentError
	if !errors.As(err, &wrong) {
		diags.Append(s.warnOfExpiry(credentials.Key, at)...)
		return credentials, diags
	}
	problem := fault.With(wrong.error, "of_application", accepted == key.Application)
	if at.Equal(path.Empty()) {
		diags.Append(s.providerFault(wrong.argument, problem)...)
	} else {
		diags.Append(argumentFault(at.AtName(wrong.argument), problem)...)
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

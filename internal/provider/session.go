package provider

import (
	"context"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// session is the configured provider, which all blocks share. It reads files, parses keys
// and sends requests only when a block requires the result.
type session struct {
	configuration configuration
	userAgent     string
	now           func() time.Time
	dial          dialer
	sleep         sleeper

	connect     func() (*zitadel.Client, error)
	connected   atomic.Pointer[zitadel.Client] // nil until connect has created the client
	interrupted <-chan struct{}                // closed when the run is interrupted

	mu     sync.Mutex
	loaded map[credentialsConfig]func() (zitadel.Credentials, error)
	warned map[string]bool
}

// dialer opens a connection, like [net.Dialer.DialContext].
type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

// sleeper waits for d. If ctx is done first, it returns [context.Cause] of ctx.
type sleeper = func(ctx context.Context, d time.Duration) error

// Configure implements [provider.Provider]. It sends no request.
func (p *zitadelProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	var c configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c.Unknown = argumentNames(req.Config.Raw, isNotWhollyKnown)
	c.Set = argumentNames(req.Config.Raw, isSet)
	resp.Diagnostics.Append(c.fromEnvironment()...)
	resp.Diagnostics.Append(c.checkIssuer()...)
	resp.Diagnostics.Append(c.check(path.Empty())...)
	if resp.Diagnostics.HasError() {
		return
	}
	s := &session{
		configuration: c, userAgent: userAgent(p.version, req.TerraformVersion),
		now: p.now.Now, dial: p.dial, sleep: p.sleep,
	}
	s.connect = sync.OnceValues(s.newClient)
	p.run.configure(s)
	resp.DataSourceData, resp.EphemeralResourceData = s, s
}

// userAgent returns the User-Agent header. It contains the versions of the provider and the CLI,
// followed by the value of TF_APPEND_USER_AGENT.
func userAgent(version, cli string) string {
	agent := "terraform-provider-zitadel/" + version
	if cli != "" {
		agent += " Terraform/" + cli
	}
	if more := strings.TrimSpace(os.Getenv("TF_APPEND_USER_AGENT")); more != "" {
		agent += " " + more
	}
	return agent
}

// require returns diagnostics if any of the named provider arguments is not known yet, or if an
// environment variable that sets one of them is invalid.
func (s *session) require(names ...string) diag.Diagnostics {
	var unknown []string
	for _, name := range s.configuration.Unknown {
		if slices.Contains(names, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return s.configuration.environmentFault(names...)
	}
	return diagnose("", path.Empty(), fault.New("argument-unknown",
		"arguments", message.Enumeration(unknown), "several", len(unknown) > 1))
}

// issuerArguments are the arguments that determine the issuer.
var issuerArguments = []string{"issuer", "domain", "port", "insecure"}

// issuer returns the configured issuer. It does not create a client.
func (s *session) issuer() (string, diag.Diagnostics) {
	diags := s.require(issuerArguments...)
	if diags.HasError() {
		return "", diags
	}
	if s.configuration.Issuer.IsNull() && s.configuration.Domain.IsNull() {
		return "", diagnose("", path.Empty(), fault.New("issuer-missing",
			"empty", emptyVariables("issuer", "domain"), "no_arguments", len(s.configuration.Set) == 0))
	}
	issuer, argument, err := s.configuration.issuer()
	return issuer, s.providerFault(argument, err)
}

// diagnose is like the function diagnose, but the messages name the arguments or environment
// variables that determine the address of the instance. It must be used for failed requests.
func (s *session) diagnose(op string, at path.Path, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diagnoseWith(s.configuration.connectionSettings(), op, at, err)
}

// providerFault returns the diagnostics for err, an error about an argument of the provider block
// or about the environment variables that set it. Each block that requires the argument reports
// the error.
func (s *session) providerFault(argument string, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	set, place := s.configuration.source(argument)
	if len(set) > 0 {
		err = fault.With(err, "variable", set[0])
	}
	err = fault.New("provider-argument", "source", place, "reason", err)
	settings := s.configuration.connectionSettings()
	settings.ByProvider = true
	_, detail := diagnosticText("", err, settings)
	return diag.Diagnostics{diag.NewErrorDiagnostic(message.ProviderSummary(argument), detail)}
}

// client returns the client that all blocks share. The first call creates it.
func (s *session) client() (*zitadel.Client, diag.Diagnostics) {
	if _, diags := s.issuer(); diags.HasError() {
		return nil, diags
	}
	diags := s.require("connect_url", "assertion_lifetime", "request_timeout", "max_retries", "ca_cert_pem",
		"insecure_skip_verify_tls", "client_cert_pem", "client_key_pem", "proxy_url", "transport_headers")
	if diags.HasError() {
		return nil, diags
	}
	client, err := s.connect()
	if argument := message.Argument(err); argument != "" {
		return nil, s.providerFault(argument, err)
	}
	return client, diagnose("configure provider", path.Empty(), err)
}

// newClient returns a client with the provider's configuration.
func (s *session) newClient() (*zitadel.Client, error) {
	c := &s.configuration
	issuer, _, err := c.issuer()
	if err != nil {
		return nil, err
	}
	var connect *url.URL
	serverName := ""
	if !c.ConnectURL.IsNull() {
		if connect, err = zitadel.ParseConnectURL(c.ConnectURL.ValueString()); err != nil {
			return nil, err
		}
		at, err := url.Parse(issuer)
		if err != nil {
			return nil, err
		}
		serverName = at.Hostname()
	}
	settings := c.transport(serverName)
	settings.Dial = s.dial
	transport, err := settings.RoundTripper()
	if err != nil {
		return nil, err
	}
	retries := 3
	if !c.MaxRetries.IsNull() {
		retries = int(c.MaxRetries.ValueInt64())
	}
	client := &zitadel.Client{
		Issuer:            issuer,
		ConnectURL:        connect,
		Transport:         transport,
		UserAgent:         s.userAgent,
		RequestTimeout:    duration(c.RequestTimeout, 30*time.Second),
		MaxRetries:        retries,
		AssertionLifetime: duration(c.AssertionLifetime, 0), // 0 selects the client's default
		Redact:            settings.Secrets(),
		Now:               s.now,
		Sleep:             s.sleep,
		Log:               logAttempt,
	}
	// interrupt closes s.interrupted before it reads s.connected, so the client is interrupted
	// here, by interrupt, or by both.
	s.connected.Store(client)
	if s.isInterrupted() {
		client.Interrupt()
	}
	return client, nil
}

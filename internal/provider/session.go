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

// session is the configured provider, which all blocks share. Nothing in it is read,
// parsed or requested before a block needs it.
type session struct {
	configuration configuration
	userAgent     string
	now           func() time.Time
	dial          dialer
	sleep         sleeper

	connect     func() (*zitadel.Client, error)
	connected   atomic.Bool
	interrupted <-chan struct{} // closed when the run is interrupted

	mu     sync.Mutex
	loaded map[credentialsConfig]func() (zitadel.Credentials, error)
	warned map[string]bool
}

// dialer connects, like net.Dialer.DialContext.
type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

// sleeper waits for d, or returns the cause of ctx if that is done first.
type sleeper = func(ctx context.Context, d time.Duration) error

// Configure implements [provider.Provider]. It makes no request.
func (p *zitadelProvider) Configure(
	ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse,
) {
	var c configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c.Unknown, c.Set = unknownArguments(req.Config.Raw), setArguments(req.Config.Raw)
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

// userAgent names the provider, the CLI, and what TF_APPEND_USER_AGENT adds.
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

// require returns the diagnostics of arguments of the provider that a block requires and
// that are not known yet, or whose variables are invalid.
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
		"arguments", enumeration(unknown), "several", len(unknown) > 1))
}

var issuerArguments = []string{"issuer", "domain", "port", "insecure"}

// issuer returns the issuer, without a client.
func (s *session) issuer() (string, diag.Diagnostics) {
	diags := s.require(issuerArguments...)
	if diags.HasError() {
		return "", diags
	}
	if s.configuration.Issuer.IsNull() && s.configuration.Domain.IsNull() {
		return "", diagnose("", path.Empty(), fault.New("issuer-missing",
			"empty", enumeration(emptyOf("issuer", "domain")), "no_arguments", len(s.configuration.Set) == 0))
	}
	issuer, argument, err := s.configuration.issuer()
	return issuer, s.providerFault(argument, err)
}

// providerFault returns the diagnostics of an argument of the provider block, or of its
// environment variables, in a block that requires it.
func (s *session) providerFault(argument string, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	var diags diag.Diagnostics
	for _, d := range diagnose("", path.Empty(), fault.New("provider-argument",
		"source", s.configuration.source(argument), "reason", err)) {
		diags.AddError(message.ProviderSummary(argument), d.Detail())
	}
	return diags
}

// client returns the one client of the provider.
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
	if faults := fault.All(err); len(faults) > 0 && message.Argument(faults[0]) != "" {
		return nil, s.providerFault(message.Argument(faults[0]), err)
	}
	return client, diagnose("configure provider", path.Empty(), err)
}

func (s *session) newClient() (*zitadel.Client, error) {
	s.connected.Store(true)
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
	way := c.transport(serverName)
	way.Dial = s.dial
	transport, err := way.RoundTripper()
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
		AssertionLifetime: duration(c.AssertionLifetime, 0), // 0 is the default of the client
		Redact:            way.Secrets(),
		Now:               s.now,
		Sleep:             s.sleep,
		Log:               logAttempt,
	}
	if s.isInterrupted() { // before there was a client to interrupt
		client.Interrupt()
	}
	return client, nil
}

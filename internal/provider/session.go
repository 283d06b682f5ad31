package provider

import (
	"context"
	"errors"
	"fmt"
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

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// session is what the provider's configuration leaves to the blocks. Nothing in
// it is read, parsed or asked for before a block needs it.
type session struct {
	configuration configuration
	userAgent     string
	now           func() time.Time
	dial          dialer
	sleep         sleeper

	connect     func() (*oauth.Client, error)
	connected   atomic.Bool
	interrupted <-chan struct{} // closed when the run is interrupted

	mu     sync.Mutex
	keys   map[credentials]func() (oauth.Credentials, error)
	warned map[string]bool
}

// dialer connects, like net.Dialer.DialContext.
type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

// sleeper waits for d, or returns the cause of ctx if that is done first.
type sleeper = func(ctx context.Context, d time.Duration) error

// Configure implements [provider.Provider]. It makes no request.
func (p *zitadel) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var c configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c.Unknown = unknownArguments(req.Config.Raw)
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

// require tells of arguments of the provider that a block needs and that are
// not known yet.
func (s *session) require(names ...string) (diags diag.Diagnostics) {
	var missing []string
	for _, name := range s.configuration.Unknown {
		if slices.Contains(names, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		diags.AddError("Unable to use provider configuration", fmt.Sprintf(
			"The provider's argument %s is known only after apply, and this block needs it now.\n\n"+
				"For a data source add depends_on with what the value comes from, so that it is read during apply. "+
				"For an ephemeral resource, set defer_until to a value that is unknown until then.", enumeration(missing)))
	}
	return diags
}

var issuerArguments = []string{"issuer", "domain", "port", "insecure"}

// issuer returns the issuer, without a client.
func (s *session) issuer() (string, diag.Diagnostics) {
	diags := s.require(issuerArguments...)
	diags.Append(s.configuration.problem("issuer")...)
	if diags.HasError() {
		return "", diags
	}
	if s.configuration.Issuer.IsNull() && s.configuration.Domain.IsNull() {
		diags.AddError("Unable to find issuer", "The provider does not know which ZITADEL instance is meant.\n\nSet issuer in the provider block (such as https://my-tenant.zitadel.cloud), or the environment variable ZITADEL_ISSUER.")
		return "", diags
	}
	issuer, argument, err := s.configuration.issuer()
	if err != nil {
		diags.AddError("Unable to use "+argument, sentence(err.Error()))
	}
	return issuer, diags
}

// client returns the one client of the provider.
func (s *session) client() (*oauth.Client, diag.Diagnostics) {
	if _, diags := s.issuer(); diags.HasError() {
		return nil, diags
	}
	diags := s.require("connect_url", "assertion_lifetime", "request_timeout", "max_retries", "ca_cert_pem", "insecure_skip_verify_tls", "client_cert_pem", "client_key_pem", "proxy_url", "transport_headers")
	if diags.Append(s.configuration.problem("connect_url")...); diags.HasError() {
		return nil, diags
	}
	client, err := s.connect()
	var fault *oauth.ArgumentError
	switch {
	case errors.As(err, &fault):
		diags.AddError("Unable to use "+fault.Argument, fmt.Sprintf("The provider's argument %s: %s", fault.Argument, sentence(fault.Problem)))
	case err != nil:
		diags.AddError("Unable to configure provider", sentence(err.Error()))
	}
	return client, diags
}

func (s *session) newClient() (*oauth.Client, error) {
	s.connected.Store(true)
	c := &s.configuration
	issuer, _, err := c.issuer()
	if err != nil {
		return nil, err
	}
	var connect *url.URL
	serverName := ""
	if !c.ConnectURL.IsNull() {
		if connect, err = oauth.ParseConnectURL(c.ConnectURL.ValueString()); err != nil {
			return nil, &oauth.ArgumentError{Argument: "connect_url", Problem: err.Error()}
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
	client := &oauth.Client{
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

// open returns the client and the credentials of a block that authenticates.
func (s *session) open(own *credentials) (*oauth.Client, oauth.Credentials, diag.Diagnostics) {
	client, diags := s.client()
	if diags.HasError() {
		return nil, oauth.Credentials{}, diags
	}
	given, more := s.authenticate(own)
	return client, given, append(diags, more...)
}

// authenticate returns the credentials of a block: its own, or the provider's.
func (s *session) authenticate(own *credentials) (oauth.Credentials, diag.Diagnostics) {
	if own != nil {
		return s.credentials(own, path.Root("credentials"))
	}
	diags := s.require("key_json", "key_file", "client_id", "client_secret", "assertion")
	if diags.Append(s.configuration.problem("credentials")...); diags.HasError() {
		return oauth.Credentials{}, diags
	}
	return s.credentials(&s.configuration.credentials, path.Empty())
}

// credentials reads the credentials that stand at a path, the provider's if it
// is empty. It warns of a key that is about to end.
func (s *session) credentials(given *credentials, at path.Path) (oauth.Credentials, diag.Diagnostics) {
	diags := s.require("key_expiry_warning")
	if diags.HasError() {
		return oauth.Credentials{}, diags
	}
	if diags.Append(given.check(at)...); diags.HasError() {
		return oauth.Credentials{}, diags
	}
	found, err := s.read(given)
	if err != nil {
		return found, append(diags, blamed(at, err)...)
	}
	return found, append(diags, s.warnOfExpiry(found.Key, at)...)
}

// read is credentials.read, once for equal arguments. Others do not wait for it.
// A failure is not kept: the file may be written in the same run.
func (s *session) read(given *credentials) (oauth.Credentials, error) {
	s.mu.Lock()
	reading, ok := s.keys[*given]
	if !ok {
		if s.keys == nil {
			s.keys = map[credentials]func() (oauth.Credentials, error){}
		}
		copied := *given
		reading = sync.OnceValues(copied.read)
		s.keys[copied] = reading
	}
	s.mu.Unlock()
	found, err := reading()
	if err != nil {
		s.mu.Lock()
		delete(s.keys, *given)
		s.mu.Unlock()
	}
	return found, err
}

package provider

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// address is the provider's address in the registry.
const address = "registry.terraform.io/zitadel-tokens/zitadel"

// Serve answers the CLI that started this process until that ends it.
//
// A run that fails ends without a word: the CLI neither closes the ephemeral
// resources nor stops the provider, but only shuts the process down. So what is
// still held is revoked then, in the time that the CLI leaves to a process.
func Serve(version string, debug bool) error {
	var options []tf6server.ServeOpt
	p := &zitadel{version: version}
	if debug { // where an interrupt ends the process
		options = append(options, tf6server.WithManagedDebug())
	} else {
		if err := hush(); err != nil {
			return err
		}
		run, ended := signal.NotifyContext(context.Background(), os.Interrupt)
		defer ended()
		p.run = run
	}
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return p.server() }, options...)
	ctx, cancel := context.WithTimeout(context.Background(), shutdown)
	defer cancel()
	return errors.Join(err, p.revokeHeld(ctx))
}

// hush turns tracing off where the CLI would drop it, which it does unless it is
// told to log. The framework writes dozens of lines for each block, and the CLI
// parses each before it drops it: a third of the time of a plan of a thousand blocks.
func hush() error {
	if level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG")); level != "" && !strings.EqualFold(level, "off") {
		return nil
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_ZITADEL"} {
		if os.Getenv(name) != "" {
			continue
		}
		if err := os.Setenv(name, "off"); err != nil {
			return err
		}
	}
	return nil
}

// shutdown is how long a process has to end before the CLI kills it, less some
// margin.
const shutdown = 1500 * time.Millisecond

// NewServer returns a constructor of the provider's server, as version version.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return (&zitadel{version: version}).server() }
}

func (p *zitadel) server() tfprotov6.ProviderServer {
	return &server{ProviderServer: providerserver.NewProtocol6(p)(), provider: p}
}

// server is the framework's server, which does not tell a provider that its
// run was interrupted.
//
// Nor does the CLI always: Ctrl-C while an apply makes its plan stops no
// provider. But the terminal sends it to all processes, this one too.
type server struct {
	tfprotov6.ProviderServer
	provider *zitadel
}

// StopProvider cancels what goes on, and revokes the tokens that are held:
// a CLI that is interrupted may not close its ephemeral resources.
func (s *server) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	resp, err := s.ProviderServer.StopProvider(ctx, req)
	if err != nil {
		return resp, err
	}
	if err := s.provider.revokeHeld(ctx); err != nil {
		resp.Error = sentence(err.Error())
	}
	return resp, nil
}

// ReadDataSource ends when the run is interrupted.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, done := s.provider.untilInterrupted(ctx)
	defer done()
	return s.ProviderServer.ReadDataSource(ctx, req)
}

// OpenEphemeralResource ends when the run is interrupted.
func (s *server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	ctx, done := s.provider.untilInterrupted(ctx)
	defer done()
	return s.ProviderServer.OpenEphemeralResource(ctx, req)
}

func (p *zitadel) untilInterrupted(ctx context.Context) (_ context.Context, done func()) {
	if p.run == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	forget := context.AfterFunc(p.run, cancel)
	return ctx, func() { forget(); cancel() }
}

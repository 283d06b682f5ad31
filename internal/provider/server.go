package provider

import (
	"cmp"
	"context"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// address is the provider's address in the registry.
const address = "registry.terraform.io/zitadel-tokens/zitadel"

// Serve serves the provider to the CLI that started this process, until the CLI shuts the
// process down.
//
// After a failed run, the CLI shuts the process down without a CloseEphemeralResource or
// StopProvider request, so Serve revokes the tokens that are still held.
func Serve(version string, debug bool) error {
	var options []tf6server.ServeOpt
	p := &zitadelProvider{version: version}
	if debug { // on an interrupt, tf6server stops serving, so the process exits
		options = append(options, tf6server.WithManagedDebug())
	} else {
		if err := silenceTrace(); err != nil {
			return err
		}
		collectLater()
		// On Ctrl-C, the terminal interrupts all processes of the run. The provider must
		// handle the signal itself, because the CLI does not send a StopProvider request
		// while apply creates its plan.
		interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		context.AfterFunc(interrupted, p.run.interrupt)
	}
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return p.server() }, options...)
	if failure := p.shutDown(); failure != nil {
		log.Printf("[WARN] Unable to revoke token when the process exited: %v", failure)
	}
	return err
}

// silenceTrace turns off the logs of the framework and the provider unless the CLI is configured
// to log. By default, the framework writes dozens of lines for each block, and the CLI parses each
// line only to discard it. In a plan with a thousand blocks, this takes a third of the time.
func silenceTrace() error {
	level := cmp.Or(os.Getenv("TF_LOG_PROVIDER"), os.Getenv("TF_LOG"))
	if level != "" && !strings.EqualFold(level, "off") {
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

// NewServer returns a constructor for servers that serve the given version of the provider.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return (&zitadelProvider{version: version}).server() }
}

func (p *zitadelProvider) server() tfprotov6.ProviderServer {
	return &server{ProviderServer: providerserver.NewProtocol6(p)(), provider: p}
}

// server wraps the framework's server. It handles StopProvider, which the framework does not
// pass on to the provider, and it cancels and releases the contexts of calls.
type server struct {
	tfprotov6.ProviderServer
	provider *zitadelProvider
}

// StopProvider cancels the requests in progress. It does not revoke held tokens, which
// CloseEphemeralResource or the process exit revokes later.
func (s *server) StopProvider(
	ctx context.Context, req *tfprotov6.StopProviderRequest,
) (*tfprotov6.StopProviderResponse, error) {
	s.provider.run.interrupt()
	return s.ProviderServer.StopProvider(ctx, req)
}

// ReadDataSource reads a data source. The read is canceled when the run is interrupted.
func (s *server) ReadDataSource(
	ctx context.Context, req *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, cancel := s.provider.run.untilInterrupted(ctx)
	defer cancel()
	return call(ctx, req, s.ProviderServer.ReadDataSource)
}

// ValidateProviderConfig validates the provider block.
func (s *server) ValidateProviderConfig(
	ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	s.provider.run.validate()
	return s.ProviderServer.ValidateProviderConfig(ctx, req)
}

// ValidateEphemeralResourceConfig validates an ephemeral resource if the provider is not
// configured. Otherwise, it returns no diagnostics, and OpenEphemeralResource validates the
// resource instead: in plan and apply, Terraform shows the diagnostics of a validation request
// without the address of the block.
func (s *server) ValidateEphemeralResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest,
) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	if s.provider.run.isConfigured() {
		return &tfprotov6.ValidateEphemeralResourceConfigResponse{}, nil
	}
	return call(ctx, req, s.ProviderServer.ValidateEphemeralResourceConfig)
}

// OpenEphemeralResource validates and opens an ephemeral resource. The call is canceled when
// the run is interrupted.
func (s *server) OpenEphemeralResource(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	ctx, cancel := s.provider.run.untilInterrupted(ctx)
	defer cancel()
	return call(ctx, req, s.validateAndOpen)
}

func (s *server) validateAndOpen(
	ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest,
) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	validated, err := s.ProviderServer.ValidateEphemeralResourceConfig(ctx,
		&tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: req.TypeName, Config: req.Config})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(validated.Diagnostics, isError) {
		return &tfprotov6.OpenEphemeralResourceResponse{Diagnostics: validated.Diagnostics}, nil
	}
	opened, err := s.ProviderServer.OpenEphemeralResource(ctx, req)
	if err == nil {
		opened.Diagnostics = append(validated.Diagnostics, opened.Diagnostics...)
	}
	return opened, err
}

func isError(d *tfprotov6.Diagnostic) bool { return d.Severity == tfprotov6.DiagnosticSeverityError }

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/zitadel-tokens/zitadel"

// Serve answers the CLI that started this process until that ends it.
func Serve(version string, debug bool) error {
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(Address, NewServer(version), options...)
}

// NewServer returns a constructor of the provider's server, as version version.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := &zitadel{version: version}
		return &server{ProviderServer: providerserver.NewProtocol6(p)(), provider: p}
	}
}

// server is the framework's server, which does not tell a provider that its
// run was interrupted.
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
		resp.Error = "Unable to revoke token: " + err.Error()
	}
	return resp, nil
}

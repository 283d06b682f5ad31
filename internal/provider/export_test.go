package provider

import "github.com/hashicorp/terraform-plugin-go/tfprotov6"

// NewServerDialing is NewServer with a network of the test's.
func NewServerDialing(dial dialer) tfprotov6.ProviderServer {
	return (&zitadel{version: "test", dial: dial}).server()
}

// Command terraform-provider-zitadel is a Terraform and OpenTofu provider for
// ZITADEL tokens. The CLI starts it; it is of no use by itself.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// version is set by the linker.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger, and print how the CLI attaches")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/zitadel-tokens/zitadel",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}

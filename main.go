// Command terraform-provider-zitadel is a Terraform and OpenTofu provider for
// ZITADEL tokens. The CLI starts it; it is of no use by itself.
package main

import (
	"flag"
	"log"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// version is set by the linker.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger, and print how the CLI attaches")
	flag.Parse()
	if err := provider.Serve(version, *debug); err != nil {
		log.Fatal(err)
	}
}

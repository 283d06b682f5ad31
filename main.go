// Command terraform-provider-zitadel is a Terraform and OpenTofu provider for
// ZITADEL tokens. The CLI starts it. It is not meant to be run on its own.
package main

import (
	"flag"
	"log"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// version is set by the linker.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run with debugger support, and print how to attach the CLI")
	flag.Parse()
	if err := provider.Serve(version, *debug); err != nil {
		log.Fatal(err)
	}
}

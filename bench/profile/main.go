// Command profile is this provider, which writes a CPU profile into the folder
// that BENCH_PROFILES names.
package main

import (
	"errors"
	"log"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() (err error) {
	// The CLI starts several processes in one plan.
	file, err := os.Create(filepath.Join(os.Getenv("BENCH_PROFILES"), strconv.Itoa(os.Getpid())+".pb.gz")) //nolint:gosec // it is what this is for
	if err != nil {
		return err
	}
	defer func() {
		pprof.StopCPUProfile()
		err = errors.Join(err, file.Close())
	}()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	return provider.Serve("dev", false)
}

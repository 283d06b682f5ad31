//go:build unix

// Command peak stands in for a provider: it runs the one that BENCH_PROVIDER
// names, and adds a line with that one's peak memory in KiB to the file that
// BENCH_PEAKS names. It links little, since a process begins its life with the
// memory of the one that started it.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM)                                                                                             // the provider's own concern
	process, err := os.StartProcess(os.Getenv("BENCH_PROVIDER"), os.Args[:1], &os.ProcAttr{Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}}) //nolint:gosec // it is what this is for
	if err != nil {
		fail(err)
	}
	state, err := process.Wait()
	if err != nil {
		fail(err)
	}
	usage, _ := state.SysUsage().(*syscall.Rusage)
	peak := usage.Maxrss
	if runtime.GOOS == "darwin" {
		peak /= 1024 // there it is in bytes
	}
	file, err := os.OpenFile(os.Getenv("BENCH_PEAKS"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600) //nolint:gosec // it is what this is for
	if err != nil {
		fail(err)
	}
	if _, err := fmt.Fprintln(file, peak); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "peak:", err)
	os.Exit(1)
}

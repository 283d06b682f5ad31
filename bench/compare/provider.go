package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// binary is a provider that was built.
type binary struct {
	name   string // "ours" or "floor"
	folder string // for dev_overrides
	path   string
	size   int64
}

// build compiles a package as a release is: without a C library, without paths,
// stripped.
func build(ctx context.Context, name, from, pkg, folder string) (*binary, error) {
	b := &binary{name: name, folder: filepath.Join(folder, name)}
	b.path = filepath.Join(b.folder, "terraform-provider-zitadel")
	command := exec.CommandContext(ctx, "go", "build", "-C", from, "-trimpath", "-ldflags", "-s -w", "-o", b.path, pkg) //nolint:gosec // our own packages
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build %s: %w\n%s", pkg, err, output)
	}
	info, err := os.Stat(b.path)
	if err != nil {
		return nil, err
	}
	b.size = info.Size()
	return b, nil
}

// start starts the provider as a CLI does.
func (b *binary) start(ctx context.Context, environment ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, b.path) //nolint:gosec // what was just built
	command.Env = append(environment,
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6", "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000")
	return command
}

// handshake returns the time from the start of the process to the line by which
// it tells where it listens.
func (b *binary) handshake(ctx context.Context) (took time.Duration, err error) {
	command := b.start(ctx)
	output, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	took = time.Since(began)
	if err != nil || !strings.Contains(line, "|grpc|") {
		err = fmt.Errorf("%s: no handshake, but %q (%w)", b.name, line, err)
	}
	if killed := command.Process.Kill(); killed != nil {
		err = errors.Join(err, killed)
	}
	_ = command.Wait() // it says that the process was killed
	return took, err
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/pprof/profile"
)

// layers are what a moment in the provider is spent on: the first function from
// the inside out whose name begins so tells. What has none is the scheduler, or
// serves no layer alone.
var layers = []struct{ name, begins string }{
	{"this provider's own code", "github.com/zitadel-tokens/terraform-provider-zitadel/internal/"},
	{"HTTP", "net/http."},
	{"framework and protocol", "github.com/hashicorp/terraform-plugin-"},
	{"framework and protocol", "github.com/vmihailenco/msgpack"},
	{"gRPC", "google.golang.org/"},
	{"garbage collection", "runtime.gcBgMarkWorker"},
	{"garbage collection", "runtime.bgsweep"},
	{"garbage collection", "runtime.gcAssistAlloc"},
}

const elsewhere = "the rest: scheduler, start"

// profile plans a work once and tells on what the provider's processes spend the
// time of the cores.
func (b *lab) profile(ctx context.Context, kind string, w work, count int) (string, error) {
	folder, err := os.MkdirTemp(b.folder, "profiles")
	if err != nil {
		return "", err
	}
	space, err := newWorkspace(b.cli, filepath.Join(folder, "work"), w.hcl(kind, count), b.environment)
	if err != nil {
		return "", err
	}
	if _, err := space.plan(ctx, b.profiled.folder, "BENCH_PROFILES="+folder); err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.pb.gz"))
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", fmt.Errorf("no process of %s wrote a profile", w.titled(count))
	}
	spent := map[string]time.Duration{}
	for _, file := range files {
		if err := addProfile(spent, file); err != nil {
			return "", err
		}
	}
	return shares(spent), nil
}

func addProfile(spent map[string]time.Duration, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	p, err := profile.Parse(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, sample := range p.Sample {
		spent[layer(sample)] += time.Duration(sample.Value[len(sample.Value)-1]) // nanoseconds, the last of two values
	}
	return nil
}

func layer(sample *profile.Sample) string {
	for _, location := range sample.Location {
		for _, line := range location.Line {
			for _, each := range layers {
				if strings.HasPrefix(line.Function.Name, each.begins) {
					return each.name
				}
			}
		}
	}
	return elsewhere
}

// shares lists what each layer took, and what all did.
func shares(spent map[string]time.Duration) string {
	var all time.Duration
	for _, one := range spent {
		all += one
	}
	text := ""
	for _, name := range []string{"framework and protocol", "gRPC", "garbage collection", "HTTP", "this provider's own code", elsewhere} {
		text += fmt.Sprintf(", %s %s", name, spent[name].Round(10*time.Millisecond))
	}
	return fmt.Sprintf("%s of CPU: %s", all.Round(10*time.Millisecond), text[2:])
}

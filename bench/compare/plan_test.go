package compare

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// lab has what all measurements need.
type lab struct {
	tb          testing.TB
	folder      string
	environment []string // of the CLI
	issuer      *issuer
	ours, floor provider
}

const binary = "terraform-provider-zitadel"

// provider is a provider in a folder of its own, as dev_overrides expects it.
type provider struct {
	folder      string
	environment []string
}

func (p provider) path() string { return filepath.Join(p.folder, binary) }

// with returns the provider with more variables in its environment.
func (p provider) with(environment ...string) provider {
	return provider{p.folder, append(slices.Clone(p.environment), environment...)}
}

func newLab(tb testing.TB) *lab {
	l := &lab{tb: tb, folder: tb.TempDir(), issuer: startIssuer(tb)}
	l.environment = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
	l.environment = append(l.environment, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "ZITADEL_ISSUER="+l.issuer.URL,
		"ZITADEL_KEY_FILE="+l.write("service.json", l.issuer.World.Service.KeyJSON()))
	l.ours = l.build("ours", "../..")
	l.floor = l.imitate(l.works(1))
	return l
}

// write writes a file and returns its path.
func (l *lab) write(name string, content []byte) string {
	path := filepath.Join(l.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		l.tb.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		l.tb.Fatal(err)
	}
	return path
}

// build builds the package in a folder like a release.
func (l *lab) build(name, source string) provider {
	p := provider{folder: filepath.Join(l.folder, name)}
	command := exec.CommandContext(l.tb.Context(), "go", "build", "-C", source, "-trimpath", "-ldflags", "-s -w", "-o", p.path(), ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		l.tb.Fatalf("go build in %s: %v\n%s", source, err, output)
	}
	return p
}

// command returns a command of the CLI for a configuration and a provider.
func (l *lab) command(p provider, hcl string, arguments ...string) *exec.Cmd {
	config := l.write("cli.tfrc", fmt.Appendf(nil, `provider_installation {
  dev_overrides {
    "registry.terraform.io/zitadel-tokens/zitadel" = %[1]q
    "registry.opentofu.org/zitadel-tokens/zitadel" = %[1]q
  }
  direct {}
}
`, p.folder))
	main := l.write("plan/main.tf", []byte(`terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

`+hcl))
	command := exec.CommandContext(l.tb.Context(), *cli, append([]string{"-chdir=" + filepath.Dir(main)}, arguments...)...)
	command.Env = append(append(slices.Clone(l.environment), "TF_CLI_CONFIG_FILE="+config), p.environment...)
	return command
}

// output decodes the JSON that a command prints.
func (l *lab) output(into any, command *exec.Cmd) {
	content, err := command.Output()
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		l.tb.Fatalf("%s: %v", command, err)
	}
}

// cost is what a plan takes, in seconds. CPU time is that of the CLI and of the
// processes that it starts.
type cost struct{ Wall, CPU float64 }

// plan plans a configuration with a provider.
func (l *lab) plan(hcl string, p provider) cost {
	l.tb.Helper()
	command := l.command(p, hcl, "plan", "-input=false", "-no-color")
	began := time.Now()
	output, err := command.CombinedOutput()
	wall := time.Since(began)
	if err != nil {
		l.tb.Fatalf("plan: %v\n%.2000s", err, output)
	}
	return cost{wall.Seconds(), (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()}
}

// figures are medians of what a work takes.
type figures struct {
	Ours, Floor cost
	Ratio       float64 // of the CPU time of each pair
	Bare        float64 // seconds that the same requests take without Terraform
	Requests    int
}

// compare plans a work with two providers by turns.
func (l *lab) compare(kind string, w work, count, rounds int, ours, floor provider) (f figures) {
	l.tb.Helper()
	var wall, floorWall, cpu, floorCPU, ratio, bare []float64
	for range rounds {
		l.issuer.take()
		one := l.plan(w.hcl(kind, count), ours)
		requests := l.issuer.take()
		other := l.plan(w.hcl(kind, count), floor)
		if w.unavoidable != nil {
			other.CPU += w.unavoidable(l.tb, count)
		}
		wall, floorWall = append(wall, one.Wall), append(floorWall, other.Wall)
		cpu, floorCPU = append(cpu, one.CPU), append(floorCPU, other.CPU)
		ratio, bare = append(ratio, one.CPU/other.CPU), append(bare, l.issuer.replay(l.tb, requests))
		f.Requests = len(requests)
	}
	f.Ours, f.Floor = cost{median(wall), median(cpu)}, cost{median(floorWall), median(floorCPU)}
	f.Ratio, f.Bare = median(ratio), median(bare)
	fmt.Fprintf(os.Stderr, "%d %s (%s): CPU time %.3f s, of the floor %.3f s, ratio %.2f\n", count, w.name, kind, f.Ours.CPU, f.Floor.CPU, f.Ratio)
	return f
}

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

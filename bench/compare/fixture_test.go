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

// fixture contains the providers and the issuer for all measurements.
type fixture struct {
	tb          testing.TB
	folder      string
	environment []string // environment of the CLI
	issuer      *issuer
	ours, floor provider
}

const binary = "terraform-provider-zitadel"

// provider is a provider binary in its own folder, which dev_overrides requires.
type provider struct {
	folder      string
	environment []string
}

// path returns the path of the binary.
func (p provider) path() string { return filepath.Join(p.folder, binary) }

// with returns the provider with additional environment variables.
func (p provider) with(environment ...string) provider {
	return provider{p.folder, append(slices.Clone(p.environment), environment...)}
}

// newFixture starts the issuer and builds both providers.
func newFixture(tb testing.TB) *fixture {
	f := &fixture{tb: tb, folder: tb.TempDir(), issuer: startIssuer(tb)}
	f.environment = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "ZITADEL_")
	})
	f.environment = append(f.environment, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "ZITADEL_ISSUER="+f.issuer.URL,
		"ZITADEL_KEY_FILE="+f.write("service.json", f.issuer.World.Service.KeyJSON()))
	f.ours = f.build("ours", "../..")
	f.floor = f.buildFloor(f.workloads(1))
	return f
}

// write writes a file below the fixture's folder and returns its path.
func (f *fixture) write(name string, content []byte) string {
	path := filepath.Join(f.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		f.tb.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		f.tb.Fatal(err)
	}
	return path
}

// build builds the program in the folder source with the flags of a release.
func (f *fixture) build(name, source string) provider {
	p := provider{folder: filepath.Join(f.folder, name)}
	command := exec.CommandContext(f.tb.Context(),
		"go", "build", "-C", source, "-trimpath", "-ldflags", "-s -w", "-o", p.path(), ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		f.tb.Fatalf("go build in %s: %v\n%s", source, err, output)
	}
	return p
}

// command returns a command that runs the CLI with the given provider, configuration and
// arguments.
func (f *fixture) command(p provider, hcl string, arguments ...string) *exec.Cmd {
	config := f.write("cli.tfrc", fmt.Appendf(nil, `provider_installation {
  dev_overrides {
    "registry.terraform.io/zitadel-tokens/zitadel" = %[1]q
    "registry.opentofu.org/zitadel-tokens/zitadel" = %[1]q
  }
  direct {}
}
`, p.folder))
	main := f.write("plan/main.tf", []byte(`terraform {
  required_providers {
    zitadel = { source = "zitadel-tokens/zitadel" }
  }
}

`+hcl))
	arguments = append([]string{"-chdir=" + filepath.Dir(main)}, arguments...)
	command := exec.CommandContext(f.tb.Context(), *cli, arguments...)
	command.Env = append(append(slices.Clone(f.environment), "TF_CLI_CONFIG_FILE="+config), p.environment...)
	return command
}

// decodeOutput runs a command and decodes the JSON that the command prints.
func (f *fixture) decodeOutput(into any, command *exec.Cmd) {
	content, err := command.Output()
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		f.tb.Fatalf("%s: %v", command, err)
	}
}

// cost is the time of a plan in seconds. CPU is the CPU time of the CLI and of the
// processes that the CLI starts.
type cost struct{ Wall, CPU float64 }

// plan runs "plan" for a configuration with a provider and returns the cost.
func (f *fixture) plan(hcl string, p provider) cost {
	f.tb.Helper()
	command := f.command(p, hcl, "plan", "-input=false", "-no-color")
	began := time.Now()
	output, err := command.CombinedOutput()
	wall := time.Since(began)
	if err != nil {
		f.tb.Fatalf("plan: %v\n%.2000s", err, output)
	}
	return cost{wall.Seconds(), (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()}
}

// comparison contains the median results for plans of a workload with two providers.
type comparison struct {
	Ours, Floor cost
	Ratio       float64 // ratio of the CPU times in a pair of plans
	BareClient  float64 // seconds that the same requests take without Terraform
	Requests    int     // number of requests that a plan with the first provider sends
}

// compare runs plans of a workload, alternating between two providers, and returns the
// medians.
func (f *fixture) compare(kind string, w workload, count, rounds int, ours, floor provider) (c comparison) {
	f.tb.Helper()
	var wall, floorWall, cpu, floorCPU, ratio, bareClient []float64
	for range rounds {
		f.issuer.takeRequests()
		one := f.plan(w.hcl(kind, count), ours)
		requests := f.issuer.takeRequests()
		other := f.plan(w.hcl(kind, count), floor)
		if w.requiredCPU != nil {
			other.CPU += w.requiredCPU(f.tb, count)
		}
		wall, floorWall = append(wall, one.Wall), append(floorWall, other.Wall)
		cpu, floorCPU = append(cpu, one.CPU), append(floorCPU, other.CPU)
		ratio = append(ratio, one.CPU/other.CPU)
		bareClient = append(bareClient, f.issuer.replay(f.tb, requests))
		c.Requests = len(requests)
	}
	c.Ours, c.Floor = cost{median(wall), median(cpu)}, cost{median(floorWall), median(floorCPU)}
	c.Ratio, c.BareClient = median(ratio), median(bareClient)
	fmt.Fprintf(os.Stderr, "%d %s (%s): CPU time %.3f s, floor %.3f s, ratio %.2f\n",
		count, w.name, kind, c.Ours.CPU, c.Floor.CPU, c.Ratio)
	return c
}

// median returns the median of the values.
func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

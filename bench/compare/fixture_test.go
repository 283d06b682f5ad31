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

// fixture contains the providers and the issuer that all measurements use.
type fixture struct {
	tb          testing.TB
	folder      string
	environment []string // environment of the CLI
	issuer      *issuer
	ours, floor provider
}

const binary = "terraform-provider-zitadel"

// provider is a provider's binary, in a folder of its own as dev_overrides requires, and
// additional environment variables for it.
type provider struct {
	folder      string
	environment []string
}

// path returns the path of the binary.
func (p provider) path() string { return filepath.Join(p.folder, binary) }

// with returns a copy of p with additional environment variables.
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

// write writes a file in the fixture's folder and returns its path.
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

// build builds the program in the source folder, without debug information, as releases are
// built.
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

// decodeOutput runs a command and decodes the JSON on its standard output.
func (f *fixture) decodeOutput(into any, command *exec.Cmd) {
	content, err := command.Output()
	if err == nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		f.tb.Fatalf("%s: %v", command, err)
	}
}

// cost is the time that a plan takes, in seconds. CPU is the CPU time of the CLI and of all
// processes that it starts.
type cost struct{ Wall, CPU float64 }

// plan runs "plan" for a configuration that uses p, and returns the cost.
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

// comparison contains the median results of plans with two providers.
type comparison struct {
	Ours, Floor cost
	Ratio       float64 // median of the CPU time ratios of all pairs of plans
	BareClient  float64 // seconds that a plain HTTP client takes to send the same requests
	Requests    int     // number of requests that the first provider sends in one plan
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

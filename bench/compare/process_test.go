package compare

import (
	"bufio"
	"cmp"
	"encoding/json"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain turns the test binary into a wrapper around a provider if BENCH_PROVIDER contains a
// path. The wrapper runs the provider at that path and writes the provider's resource usage to
// the folder in BENCH_USAGE.
func TestMain(m *testing.M) {
	if path := os.Getenv("BENCH_PROVIDER"); path != "" {
		os.Exit(measureProcess(path, os.Getenv("BENCH_USAGE")))
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the zitadel/oidc library logs to it
	os.Exit(m.Run())
}

// usage is the CPU time of a process in seconds, and its peak memory in megabytes.
type usage struct{ CPU, Megabytes float64 }

// measureProcess runs the provider at path and writes its resource usage to a file in folder.
// It returns the wrapper's exit code.
func measureProcess(path, folder string) (exitCode int) {
	command := exec.Command(path)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	runErr := command.Run()
	state := command.ProcessState
	resources, _ := state.SysUsage().(*syscall.Rusage)
	unit := 1024.0 // unit of Maxrss, in bytes
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	content, err := json.Marshal(usage{
		CPU:       (state.UserTime() + state.SystemTime()).Seconds(),
		Megabytes: float64(resources.Maxrss) * unit / 1e6,
	})
	if cmp.Or(runErr, err, os.WriteFile(filepath.Join(folder, strconv.Itoa(os.Getpid())), content, 0o600)) != nil {
		return 1
	}
	return 0
}

// measureProcesses runs one plan. It returns the total CPU time of all provider processes and
// the peak memory of the largest one.
func (f *fixture) measureProcesses(hcl string, p provider) (total usage) {
	self, err := os.Executable()
	if err != nil {
		f.tb.Fatal(err)
	}
	folder, usages := f.tb.TempDir(), f.tb.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, binary)); err != nil {
		f.tb.Fatal(err)
	}
	f.plan(hcl, provider{folder, p.environment}.with("BENCH_PROVIDER="+p.path(), "BENCH_USAGE="+usages))
	files, err := filepath.Glob(filepath.Join(usages, "*"))
	if err != nil || len(files) == 0 {
		f.tb.Fatalf("no provider process was measured (%v)", err)
	}
	for _, file := range files {
		var one usage
		content, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(content, &one)
		}
		if err != nil {
			f.tb.Fatal(err)
		}
		total = usage{total.CPU + one.CPU, max(total.Megabytes, one.Megabytes)}
	}
	return total
}

// handshake starts a provider as the CLI does and returns the time until the provider prints
// its address, in milliseconds.
func (f *fixture) handshake(p provider) float64 {
	command := exec.CommandContext(f.tb.Context(), p.path())
	command.Env = []string{
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6", "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000",
	}
	output, err := command.StdoutPipe()
	if err != nil {
		f.tb.Fatal(err)
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		f.tb.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	took := time.Since(began)
	if !strings.Contains(line, "|grpc|") {
		f.tb.Fatalf("expected a handshake, got %q (%v)", line, err)
	}
	_ = command.Process.Kill()
	_ = command.Wait() // reports that the process was killed
	return float64(took) / float64(time.Millisecond)
}

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

// TestMain lets the test binary be a provider: it runs the one that BENCH_PROVIDER
// names and writes what that used into the folder BENCH_USAGE.
func TestMain(m *testing.M) {
	if path := os.Getenv("BENCH_PROVIDER"); path != "" {
		os.Exit(runMetered(path, os.Getenv("BENCH_USAGE")))
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the issuer's library logs
	os.Exit(m.Run())
}

// usage is what a process used.
type usage struct{ CPU, Megabytes float64 }

func runMetered(path, folder string) (exitCode int) {
	command := exec.Command(path)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	failed := command.Run()
	state := command.ProcessState
	resources, _ := state.SysUsage().(*syscall.Rusage)
	unit := 1024.0
	if runtime.GOOS == "darwin" {
		unit = 1
	}
	content, err := json.Marshal(usage{(state.UserTime() + state.SystemTime()).Seconds(), float64(resources.Maxrss) * unit / 1e6})
	if cmp.Or(failed, err, os.WriteFile(filepath.Join(folder, strconv.Itoa(os.Getpid())), content, 0o600)) != nil {
		return 1
	}
	return 0
}

// meter plans once and returns the CPU time of all processes of a provider, and the
// memory of the largest.
func (l *lab) meter(hcl string, p provider) (all usage) {
	self, err := os.Executable()
	if err != nil {
		l.tb.Fatal(err)
	}
	folder, usages := l.tb.TempDir(), l.tb.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, binary)); err != nil {
		l.tb.Fatal(err)
	}
	l.plan(hcl, provider{folder, p.environment}.with("BENCH_PROVIDER="+p.path(), "BENCH_USAGE="+usages))
	files, err := filepath.Glob(filepath.Join(usages, "*"))
	if err != nil || len(files) == 0 {
		l.tb.Fatalf("no process of the provider was metered (%v)", err)
	}
	for _, file := range files {
		var one usage
		content, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(content, &one)
		}
		if err != nil {
			l.tb.Fatal(err)
		}
		all = usage{all.CPU + one.CPU, max(all.Megabytes, one.Megabytes)}
	}
	return all
}

// handshake starts a provider like a CLI and returns the milliseconds until it
// reports its address.
func (l *lab) handshake(p provider) float64 {
	command := exec.CommandContext(l.tb.Context(), p.path())
	command.Env = []string{
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6", "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000",
	}
	output, err := command.StdoutPipe()
	if err != nil {
		l.tb.Fatal(err)
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		l.tb.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	took := time.Since(began)
	if !strings.Contains(line, "|grpc|") {
		l.tb.Fatalf("no handshake but %q (%v)", line, err)
	}
	_ = command.Process.Kill()
	_ = command.Wait() // reports that the process was killed
	return float64(took) / float64(time.Millisecond)
}

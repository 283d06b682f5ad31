//go:build unix

package acctest

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// RunningCLI is a CLI command that runs in its own process group, as if a shell had started it.
type RunningCLI struct {
	*exec.Cmd
	// Output contains the output of the CLI so far.
	Output Transcript
	// Ended is closed when the CLI has exited and Err has been set.
	Ended chan struct{}
	Err   error

	name  string   // name of the command
	alive *os.File // a pipe that returns EOF once all processes of the run have exited
}

// Start starts the CLI. Its processes are killed when the test ends.
func (w *Workspace) Start(args ...string) *RunningCLI {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), w.CLI, append([]string{"-chdir=" + w.Folder}, args...)...)
	r := &RunningCLI{Cmd: command, Ended: make(chan struct{}), name: args[0]}
	r.Env, r.Stdout, r.Stderr = w.Environment, &r.Output, &r.Output
	r.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	alive, inherited, err := os.Pipe()
	if err != nil {
		w.t.Fatal(err)
	}
	r.alive, r.ExtraFiles = alive, []*os.File{inherited}
	if err := r.Start(); err != nil {
		w.t.Fatal(err)
	}
	_ = inherited.Close()
	go func() {
		defer close(r.Ended)
		r.Err = r.Wait()
	}()
	w.t.Cleanup(func() {
		_ = syscall.Kill(-r.Process.Pid, syscall.SIGKILL) // fails if every process has already exited
		_ = alive.Close()
	})
	return r
}

// Interrupt sends SIGINT, the signal of Ctrl-C, to all processes of the run.
func (r *RunningCLI) Interrupt(t testing.TB) {
	t.Helper()
	if err := syscall.Kill(-r.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
}

// WaitForExit waits until the CLI and all processes that it started have exited. It fails the test
// if they do not exit in time.
func (r *RunningCLI) WaitForExit(t testing.TB) {
	t.Helper()
	Await(t, "the exit of the CLI", r.Ended)
	RecordOutput(t, r.name, r.Output.String())
	if err := r.alive.SetReadDeadline(time.Now().Add(eventTimeout)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.alive.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the CLI has exited, but processes that it started are still running: %v", err)
	}
}

// Transcript collects the output of a run. A test can wait until the output contains a certain line.
type Transcript struct {
	mu    sync.Mutex
	text  strings.Builder
	words []string      // words in the line that a test waits for
	found chan struct{} // closed when a line contains all words
}

// Write implements [io.Writer].
func (o *Transcript) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	o.search()
	return len(p), nil
}

// String returns the output so far.
func (o *Transcript) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Line returns a channel that is closed when a line of the output contains all of the words.
func (o *Transcript) Line(words ...string) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.words, o.found = words, make(chan struct{})
	o.search()
	return o.found
}

func (o *Transcript) search() {
	if o.words == nil {
		return
	}
	for line := range strings.Lines(o.text.String()) {
		if strings.HasSuffix(line, "\n") && ContainsAll(line, o.words...) {
			o.words = nil
			close(o.found)
			return
		}
	}
}

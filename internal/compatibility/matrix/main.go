// Command matrix runs the acceptance tests with each CLI whose path is given as an argument, merges
// the results into internal/compatibility/results.json, and writes docs/compatibility.md from them.
// Without arguments, it runs no tests and only rewrites the files. It must be run from the root of
// the repository. "make matrix" builds the CLIs and runs the command.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/compatibility"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

// run runs the tests with all CLIs, even if tests fail with some of them. It writes the results and
// the page only if no test failed.
func run(ctx context.Context, paths []string) error {
	var newer []compatibility.Result
	var failed []string
	for _, path := range paths {
		began := time.Now()
		path, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		cli, err := compatibility.Read(ctx, path)
		if err != nil {
			return err
		}
		result, failures, err := test(ctx, cli, path)
		if err != nil {
			return fmt.Errorf("%s: %w", cli, err)
		}
		fmt.Printf("%s: %d passed, %d skipped, %d failed, %s\n", cli, result.Passed, result.Skipped, len(failures),
			time.Since(began).Round(time.Second))
		for _, name := range failures {
			failed = append(failed, cli.String()+": "+name)
		}
		newer = append(newer, result)
	}
	if len(failed) > 0 {
		return fmt.Errorf("tests failed:\n%s", strings.Join(failed, "\n"))
	}
	return write(newer)
}

// test runs the acceptance tests with a CLI, or only TestAccCompatibility if the CLI does not have
// all features that the other tests use. It prints the output of failed tests and returns their
// names.
func test(ctx context.Context, cli compatibility.CLI, path string) (compatibility.Result, []string, error) {
	result := compatibility.Result{CLI: cli.String()}
	pattern := "^TestAcc[A-Z]"
	if !cli.IsComplete() {
		pattern = "^TestAccCompatibility$"
	}
	command := exec.CommandContext(ctx, "go", "test", "-count=1", "-json", "-parallel=4", "-timeout=30m", "-run="+pattern,
		"./internal/provider")
	command.Env = append(os.Environ(), "TF_ACC=1", "TF_ACC_TERRAFORM_PATH="+path, "ZITADEL_TEST_ISSUER=",
		"CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	if cli.Name == compatibility.OpenTofu {
		command.Env = append(command.Env, "TF_ACC_PROVIDER_HOST=registry.opentofu.org")
	}
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return result, nil, err
	}
	if err := command.Start(); err != nil {
		return result, nil, err
	}
	failures, err := count(output, &result)
	if err != nil {
		return result, nil, err
	}
	if err := command.Wait(); err != nil && len(failures) == 0 {
		failures = []string{err.Error()}
	}
	if result.Passed == 0 && len(failures) == 0 {
		failures = []string{"no test ran"}
	}
	return result, failures, nil
}

// event is a line of the output of "go test -json".
type event struct{ Action, Test, Output string }

// count adds the numbers of passed and skipped tests to result. It counts subtests, but not tests
// that have subtests. It prints the output of failed tests and returns their names; a name is empty
// if the package itself failed.
func count(events io.Reader, result *compatibility.Result) (failures []string, err error) {
	outputs, parents := map[string]string{}, map[string]bool{}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, err
		}
		if end := strings.LastIndex(e.Test, "/"); end > 0 {
			parents[e.Test[:end]] = true
		}
		switch e.Action {
		case "output":
			outputs[e.Test] += e.Output
			continue
		case "fail":
			fmt.Print(outputs[e.Test])
			failures = append(failures, e.Test)
		case "pass":
			if e.Test != "" && !parents[e.Test] {
				result.Passed++
			}
		case "skip":
			if e.Test != "" && !parents[e.Test] {
				result.Skipped++
			}
		default:
			continue
		}
		delete(outputs, e.Test)
	}
	return failures, lines.Err()
}

// write merges newer results into those in results.json, and writes the merged results and the page.
func write(newer []compatibility.Result) error {
	results, err := compatibility.Results()
	if err != nil {
		return err
	}
	if results, err = compatibility.Merge(results, newer); err != nil {
		return err
	}
	encoded, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	page, err := compatibility.Page(results)
	if err != nil {
		return err
	}
	//nolint:gosec // both paths are constant, and the files exist, so they keep their mode
	return errors.Join(
		os.WriteFile("internal/compatibility/results.json", append(encoded, '\n'), 0o600),
		os.WriteFile("docs/compatibility.md", []byte(page), 0o600),
	)
}

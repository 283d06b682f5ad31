package provider_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
)

// The released binary must contain neither the test issuer nor test libraries.
func TestShippedBinaryImports(t *testing.T) {
	t.Parallel()
	const module = "github.com/zitadel-tokens/terraform-provider-zitadel"
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(output))
	for _, each := range linked {
		if strings.HasPrefix(each, "github.com/zitadel/") || strings.Contains(each, "/internal/optest") ||
			strings.HasPrefix(each, "github.com/hashicorp/terraform-plugin-testing") {
			t.Errorf("the binary contains %s", each)
		}
	}
	if len(linked) < 100 {
		t.Errorf("got only %d packages, so this test proves nothing", len(linked))
	}
}

// The packages of the provider must initialize nothing except a few error values. The CLI starts several
// processes for a run, and most of them only return the schemas.
func TestShippedBinaryInit(t *testing.T) {
	t.Parallel()
	skipTable(t)
	command := exec.CommandContext(t.Context(), acctest.ProviderBinary(t))
	command.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	output, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "init google.golang.org/grpc ") {
		t.Fatalf("the output contains no initialization trace, or the exit code is 0: %v\n%s", err, output)
	}
	for line := range strings.Lines(string(output)) {
		if !strings.HasPrefix(line, "init github.com/zitadel-tokens/") {
			continue
		}
		words := strings.Fields(line)
		if allocations, err := strconv.Atoi(words[len(words)-2]); err != nil || allocations > 10 {
			t.Errorf("got %s, want at most 10 allocations (%v)", strings.TrimSpace(line), err)
		}
	}
}

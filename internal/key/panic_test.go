package key_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// panicVariable is the environment variable that selects the value that TestPanicWith panics with.
const panicVariable = "TEST_PANICS_WITH"

// TestPanicWith panics in the process that TestPanic starts. The first line of its output contains
// the integers of the private key, which must not occur in the rest of the output.
func TestPanicWith(t *testing.T) {
	if os.Getenv(panicVariable) == "" {
		t.Skip("runs only in a process that TestPanic starts")
	}
	secret, k := key.NewSecret(os.Getenv("TEST_SECRET")), parsed(t, serviceAccount())
	fmt.Println(leaks()[5:])
	panic(map[string]any{
		"secret": secret, "struct": holder{Shown: secret, hidden: secret, Key: k}, "key": k,
		"error": fmt.Errorf("secret %v and key %v", secret, k),
	}[os.Getenv(panicVariable)])
}

// TestPanic checks that the output of a process that panics contains no secret, whatever the value
// of the panic is. If a provider crashes, the CLI shows this output.
func TestPanic(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"secret", "struct", "key", "error"} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPanicWith$")
		command.Env = append(os.Environ(), panicVariable+"="+value, "TEST_SECRET="+canary, "GOTRACEBACK=all")
		output, err := command.CombinedOutput()
		numbers, shown, _ := strings.Cut(string(output), "\n")
		if err == nil || !strings.Contains(shown, "panic: ") || !strings.Contains(shown, "TestPanicWith") {
			t.Errorf("%s: got error %v and this output, want a panic in TestPanicWith:\n%s", value, err, output)
		}
		for _, leak := range append(strings.Fields(strings.Trim(numbers, "[]")), canary) {
			if strings.Contains(shown, leak) {
				t.Errorf("%s: the output contains a secret:\n%s", value, shown)
			}
		}
	}
}

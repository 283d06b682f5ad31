package key_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// panics marks the process that TestPanic starts.
const panics = "TEST_PANICS_WITH"

// TestPanicWith is the other half of TestPanic.
func TestPanicWith(t *testing.T) {
	if os.Getenv(panics) == "" {
		t.Skip("only in a process that TestPanic starts")
	}
	secret, k := key.NewSecret(os.Getenv("TEST_SECRET")), parsed(t, serviceAccount())
	fmt.Println(leaks()[5:])
	panic(map[string]any{
		"secret": secret, "struct": holder{Shown: secret, hidden: secret, Key: k}, "key": k, "error": fmt.Errorf("it is %v and %v", secret, k),
	}[os.Getenv(panics)])
}

// What the CLI shows of a provider that crashes tells no secret, whatever the
// panic was given.
func TestPanic(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"secret", "struct", "key", "error"} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPanicWith$")
		command.Env = append(os.Environ(), panics+"="+value, "TEST_SECRET="+canary, "GOTRACEBACK=all")
		output, err := command.CombinedOutput()
		numbers, told, _ := strings.Cut(string(output), "\n")
		if err == nil || !strings.Contains(told, "panic: ") || !strings.Contains(told, "TestPanicWith") {
			t.Errorf("%s: %v: %s", value, err, output)
		}
		for _, leak := range append(strings.Fields(strings.Trim(numbers, "[]")), canary) {
			if strings.Contains(told, leak) {
				t.Errorf("%s: it tells a secret:\n%s", value, told)
			}
		}
	}
}

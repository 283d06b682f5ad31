//go:build unix

package key_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// To open a named pipe waits for a writer, and none comes: a mistake here shows
// as a test that hangs.
func TestReadFileNotRegular(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/null"} {
		if _, err := key.ReadFile(path); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

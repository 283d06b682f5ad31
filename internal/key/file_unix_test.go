//go:build unix

package key_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestReadFileNotRegular checks that ReadFile rejects a file that is not regular without opening
// it. Opening a named pipe would block until a writer opens the pipe.
func TestReadFileNotRegular(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/null"} {
		_, err := key.ReadFile(path)
		if want := fault.New("key-file-not-regular", "path", path).Error(); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}

package key

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// MaxFileSize is the maximum size of a key JSON in bytes, 64 KiB. With an RSA key of 4096
// bits, a key JSON is smaller than 4 KiB.
const MaxFileSize = 64 << 10

// ReadFile reads the key file at path and parses it like [Parse]. The error is a
// [fault.Fault] that contains the path, and never the content of the file. If the
// content is at fault, the code is "key-file-unusable", and the reason is the error of
// Parse.
func ReadFile(path string) (*Key, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	key, err := Parse(data)
	if err != nil {
		addPath(err, path)
		return nil, fault.New("key-file-unusable", "path", path, "reason", err)
	}
	return key, nil
}

// addPath adds the path of the file to the faults that have steps, which start at the
// content of the file.
func addPath(err error, path string) {
	for _, f := range fault.All(err) {
		if _, hasSteps := f.Values["steps"]; hasSteps {
			f.Values["path"] = path
		}
	}
}

func readBounded(path string) ([]byte, error) {
	// The check precedes os.Open, which would wait for a writer of a named pipe.
	info, err := os.Stat(path)
	switch {
	case path == "":
		return nil, fault.New("key-file-path-empty")
	case err != nil && mayBeContent(path):
		return nil, fault.New("key-file-is-content")
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "~"):
		return nil, fault.New("key-file-tilde", "path", path)
	case errors.Is(err, fs.ErrNotExist) && filepath.IsAbs(path):
		return nil, fault.New("key-file-missing", "path", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New("key-file-relative", "path", path)
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return nil, fault.New("key-file-is-folder", "path", path)
	case !info.Mode().IsRegular():
		return nil, fault.New("key-file-not-regular", "path", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()

	data, err := io.ReadAll(io.LimitReader(file, MaxFileSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > MaxFileSize {
		return nil, fault.New("key-file-too-large", "path", path, "max_kib", MaxFileSize>>10)
	}
	return data, nil
}

// mayBeContent reports whether path may be a key or a token in place of a path: JSON, a
// PEM, either of them in base64, or another secret that is recognizable by its form. If so,
// no message may quote path. A path of more than 256 bytes, or with a line break or a zero
// byte, counts as content.
func mayBeContent(path string) bool {
	const longPath = 256
	if f := otherContent([]byte(path), true); f != nil &&
		!fault.Is(f, "key-json-is-path", "key-json-is-yaml", "key-json-is-reference") {
		return true
	}
	path = strings.TrimLeft(strings.TrimSpace(path), "\"'`[\ufeff")
	// The last eight are the base64 of {" and of { before a line break or a space, of "{\,
	// of -----BEGIN, and of a byte order mark.
	for _, start := range []string{"{", pemBegin, "eyJ", "ewo", "ew0", "ewp", "eyA", "Intc", "LS0t", "77u/"} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	return len(path) > longPath || strings.ContainsAny(path, "\r\n\x00")
}

// unreadable returns the fault of a file that the system fails to read. The reason
// contains neither the operation nor the path, which the fault contains already.
func unreadable(path string, err error) *fault.Fault {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fault.New("key-file-unreadable", "path", path, "reason", err)
}

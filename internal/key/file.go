package key

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MaxFileSize is how many bytes of a key file are accepted: 64 KiB. A key
// JSON with a 4096 bit key has under 4 KiB.
const MaxFileSize = 64 << 10

// ReadFile reads the key file at path and parses it as [Parse] does. Errors
// name the path and never the content.
func ReadFile(path string) (*Key, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	key, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("file %q holds no usable key:\n%w", path, err)
	}
	return key, nil
}

func readBounded(path string) ([]byte, error) {
	// Looked at before it is opened: opening a named pipe would wait for a writer.
	info, err := os.Stat(path)
	switch {
	case err != nil && mayBeContent(path):
		return nil, errors.New("this is the content of a key file and not its path: it belongs into key_json")
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "~"):
		return nil, fmt.Errorf("there is no file %q: a path is taken as it is, so write pathexpand(%q)", path, path)
	case errors.Is(err, fs.ErrNotExist) && filepath.IsAbs(path):
		return nil, fmt.Errorf("there is no file %q: check the path, and that this machine has it", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no file %q: a relative path starts where the command runs; for a file beside the configuration write \"${path.module}/...\"", path)
	case err != nil:
		return nil, fmt.Errorf("file %q cannot be read: %w", path, reason(err))
	case info.IsDir():
		return nil, fmt.Errorf("%q is a folder: name the key file in it", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%q is not a regular file: name the key file that ZITADEL gave you", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("file %q cannot be opened: %w", path, reason(err))
	}
	defer file.Close()

	data, err := io.ReadAll(io.LimitReader(file, MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("file %q cannot be read: %w", path, reason(err))
	}
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("file %q has more than 64 KiB, so it is no ZITADEL key: check the path", path)
	}
	return data, nil
}

// mayBeContent reports whether path must not be quoted, since it may be a key
// that was given in its place: as JSON, as a PEM, or either in base64. Whatever
// is longer than a path should be is taken for one.
func mayBeContent(path string) bool {
	const longPath = 256
	path = strings.TrimSpace(path)
	for _, start := range []string{"{", "-----BEGIN", "eyJ", "ewo", "ewp", "LS0t", "77u/"} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	return len(path) > longPath || strings.ContainsAny(path, "\r\n")
}

// reason strips the operation and the path, which the message has named.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

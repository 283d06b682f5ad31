package key

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// MaxFileSize is the maximum size of a key JSON in bytes, 64 KiB. A key JSON with an RSA key
// of 4096 bits is smaller than 4 KiB.
const MaxFileSize = 64 << 10

// ReadFile reads the key file at path and parses it with [Parse]. The error is a [fault.Fault] that
// never contains the content of the file. The fault contains path, unless path is empty, a URL or a
// reference, or might itself be a key or a token. If ReadFile can read the file but cannot parse it,
// the code is "key-file-unusable", and the reason is the error from Parse.
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

// addPath sets the "path" value of each fault that has steps, because the steps apply to the content
// of the file.
func addPath(err error, path string) {
	for _, f := range fault.All(err) {
		if _, hasSteps := f.Values["steps"]; hasSteps {
			f.Values["path"] = path
		}
	}
}

// readBounded returns the content of the file at path. It fails if the file is not regular, or if it
// is larger than [MaxFileSize].
func readBounded(path string) ([]byte, error) {
	// Check the file before opening it, because os.Open blocks on a named pipe until a
	// writer opens the pipe.
	info, err := os.Stat(path)
	switch {
	case path == "":
		return nil, fault.New("key-file-path-empty")
	case err != nil && mayBeContent(path):
		return nil, fault.New("key-file-is-content")
	case errors.Is(err, fs.ErrNotExist):
		return nil, missingFile(path)
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

// missingFile returns the fault for a path that does not exist. The fault omits path if path is a
// URL, which may contain a secret, or a reference.
func missingFile(path string) *fault.Fault {
	prefix := pathPrefix(path)
	switch {
	case prefix != "" && prefix == path:
		return fault.New("key-file-path-empty")
	case prefix != "":
		return fault.New("key-file-prefix", "start", prefix, "suggestion", path[len(prefix):])
	case pasted.HasPlaceholder(path) && !strings.Contains(path, "://"):
		return fault.New("key-file-placeholder", "path", path)
	case strings.Contains(path, "://") || detectReference(path) != nil:
		return fault.New("key-file-is-url")
	case isExpression(path):
		return fault.New("value-reference")
	case strings.HasPrefix(path, "~"):
		return fault.New("key-file-tilde", "path", path)
	case filepath.IsAbs(path):
		return fault.New("key-file-missing", "path", path)
	}
	return fault.New("key-file-relative", "path", path)
}

// prefixOfPath matches text that some programs require before a path: the beginning of a file URL, or
// curl's "@". In a URL, a slash precedes the drive of a Windows path. The submatch is the drive,
// which is part of the path.
var prefixOfPath = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:file:(?://(?:localhost)?)?(?:/+([A-Za-z]:[/\\]))?|@)`)
})

// pathPrefix returns the beginning of text that is not part of the path, such as "file://", or "" if
// there is none.
func pathPrefix(text string) string {
	found := prefixOfPath().FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.TrimSuffix(found[0], found[1])
}

// mayBeContent reports whether path might be a key or a token instead of a path: JSON, a PEM, base64
// of either, or another secret in a recognizable format. If so, messages must not quote path. A path
// also counts as content if it is longer than 256 bytes, or if it contains a line break or a zero
// byte.
func mayBeContent(path string) bool {
	const longPath = 256
	if f := otherContent([]byte(path), true); f != nil &&
		!fault.Is(f, "key-json-is-path", "key-json-is-yaml", "key-json-is-reference", "value-reference") {
		return true
	}
	path = strings.TrimLeft(strings.TrimSpace(path), "\"'`[\ufeff")
	// The last eight prefixes begin the base64 encoding of: {" (eyJ), { and a line break or a
	// space (ewo, ew0, ewp, eyA), "{\ (Intc), -----BEGIN (LS0t), and a byte order mark (77u/).
	for _, start := range []string{"{", pemBegin, "eyJ", "ewo", "ew0", "ewp", "eyA", "Intc", "LS0t", "77u/"} {
		if strings.HasPrefix(path, start) {
			return true
		}
	}
	return len(path) > longPath || strings.ContainsAny(path, "\r\n\x00")
}

// unreadable returns the fault for a file that the operating system cannot read. The reason
// omits the operation and the path in err, because the fault itself contains the path.
func unreadable(path string, err error) *fault.Fault {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return fault.New("key-file-unreadable", "path", path, "reason", err)
}

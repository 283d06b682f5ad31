package oauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// reservedHeaders are the header names that requests carry of their own and that
// Transport.Headers may not name.
var reservedHeaders = []string{"Authorization", "Host", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-Proto", "Accept-Encoding", "Transfer-Encoding", "Connection"}

// CheckHeader returns an error for a name that Transport.Headers may not have:
// one that is set by the client itself, or that is no header name.
func CheckHeader(name string) error {
	if i := slices.IndexFunc(reservedHeaders, func(r string) bool { return strings.EqualFold(r, name) }); i >= 0 {
		return fmt.Errorf("%s is set by the provider itself; it may not be given", reservedHeaders[i])
	}
	token := func(r rune) bool {
		return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}
	if name == "" || strings.IndexFunc(name, func(r rune) bool { return !token(r) }) >= 0 {
		return fmt.Errorf("\"%s\" is not a header name (RFC 9110 section 5.1)", printable(name, 100))
	}
	return nil
}

// CheckHeaderValue returns an error for a value that no header may have. It
// does not quote it.
func CheckHeaderValue(value string) error {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New("a header's value may not hold line breaks or other control characters (a value from a file may need trimspace())")
	}
	return nil
}

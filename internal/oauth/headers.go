package oauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// reservedHeaders are the names of the headers that the client sets, which
// Transport.Headers may not contain.
var reservedHeaders = []string{
	"Authorization", "Host", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-Proto",
	"Accept-Encoding", "Transfer-Encoding", "Connection",
}

// CheckHeader returns an error for a name that Transport.Headers may not contain:
// one that the client sets, or one that is not a header name.
func CheckHeader(name string) error {
	if i := slices.IndexFunc(reservedHeaders, func(r string) bool { return strings.EqualFold(r, name) }); i >= 0 {
		next := "Remove it."
		if reservedHeaders[i] == "Host" {
			next = "To connect to an address other than the issuer's, set connect_url."
		}
		return fmt.Errorf("header \"%s\" is set by the provider. %s", reservedHeaders[i], next)
	}
	token := func(r rune) bool {
		return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}
	if name == "" || strings.IndexFunc(name, func(r rune) bool { return !token(r) }) >= 0 {
		return fmt.Errorf("\"%s\" is not a header name (RFC 9110 section 5.1)", printable(name, 100))
	}
	return nil
}

// CheckHeaderNames returns an error for names that differ only by case. They name
// one header, so only one of the values would be sent.
func CheckHeaderNames(names []string) error {
	var duplicates []error
	sorted := slices.Sorted(slices.Values(names))
	for i, name := range sorted {
		if first := slices.IndexFunc(sorted, func(other string) bool { return strings.EqualFold(other, name) }); first < i {
			duplicates = append(duplicates, fmt.Errorf("headers \"%s\" and \"%s\" differ only by case. Remove one of them",
				printable(sorted[first], 100), printable(name, 100)))
		}
	}
	return errors.Join(duplicates...)
}

// CheckHeaderValue returns an error for a value that no header may have. It
// does not quote it.
func CheckHeaderValue(value string) error {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New("a header's value may not hold line breaks or other control characters (a value from a file may need trimspace())")
	}
	return nil
}

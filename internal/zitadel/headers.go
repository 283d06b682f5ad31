package zitadel

import (
	"errors"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// reservedHeaders lists headers that Transport.Headers must not contain: headers that the client or
// net/http sets, and Forwarded, which takes precedence over Host and X-Forwarded-Proto in ZITADEL.
var reservedHeaders = []string{
	"Authorization", "Content-Type", "Content-Length", "Forwarded", "X-Forwarded-Proto",
	"Accept-Encoding", "Transfer-Encoding", "Connection",
}

// CheckHeader returns a fault for a name that Transport.Headers must not contain, because the
// header is reserved or because the name is not a valid header name. The fault does not contain an
// invalid name, which may be a secret.
func CheckHeader(name string) error {
	if strings.EqualFold(name, "Host") {
		return fault.New("header-host")
	}
	if i := slices.IndexFunc(reservedHeaders, func(r string) bool { return strings.EqualFold(r, name) }); i >= 0 {
		return fault.New("header-reserved", "header", reservedHeaders[i])
	}
	token := func(r rune) bool {
		return r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	}
	if name == "" || strings.IndexFunc(name, func(r rune) bool { return !token(r) }) >= 0 {
		return fault.New("header-name-invalid")
	}
	return nil
}

// CheckHeaderNames returns a fault for each name that differs from another name only in case. Both
// names denote the same header, so only one of the values would be sent.
func CheckHeaderNames(names []string) error {
	var duplicates []error
	sorted := slices.Sorted(slices.Values(names))
	for i, name := range sorted {
		first := slices.IndexFunc(sorted, func(other string) bool { return strings.EqualFold(other, name) })
		if first < i {
			duplicates = append(duplicates, fault.New("header-duplicate", "header", sorted[first], "other", name))
		}
	}
	return errors.Join(duplicates...)
}

// CheckHeaderValue returns a fault for a value that is not allowed in a header. The fault does not
// contain the value. If [pasted.Steps] can make the value valid by trimming it, the fault contains
// the steps.
func CheckHeaderValue(value string) error {
	isControl := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	if !strings.ContainsFunc(value, isControl) {
		return nil
	}
	clean := strings.TrimSpace(value)
	if strings.ContainsFunc(clean, isControl) {
		return fault.New("header-value-invalid")
	}
	return fault.New("header-value-invalid", "steps", pasted.Steps(value, clean))
}

package key

import (
	"regexp"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// CheckID returns a fault unless text has the form of an ID. If possible, the code of the fault
// identifies the content of text. The fault contains no part of text.
func CheckID(text string) error {
	around, inner := pasted.Around(text)
	inside, _ := pasted.Inside(text)
	switch {
	case text == "":
		return fault.New("id-empty")
	case around.Kind != pasted.None:
		return within(surplusFault(text, around, inner), CheckID(inner))
	case strings.Contains(text, pemDash):
		return fault.New("id-is-pem")
	case isJSON(text):
		return fault.New("id-is-json")
	case pasted.HasPlaceholder(text):
		return fault.New("value-placeholder")
	case isReference(text):
		return fault.New("value-reference")
	case kmsKey().MatchString(text):
		return fault.New("id-is-kms-key")
	case inside.Kind != pasted.None:
		return fault.New("value-whitespace", "character", inside.Character)
	case !isID(text):
		return fault.New("id-invalid")
	}
	return nil
}

// isReference reports whether text is a reference, and unlikely to be the name of a system user, such
// as "local.admin".
func isReference(text string) bool {
	return pasted.IsReference(text) && (strings.HasPrefix(text, "var.") || strings.ContainsAny(text, "_[("))
}

// isID reports whether text has the form of an ID: 1 to 100 printable ASCII characters, without
// spaces and without "-----", which indicates a PEM.
func isID(text string) bool {
	const longest = 100
	odd := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
	return text != "" && !odd && len(text) <= longest && !strings.Contains(text, pemDash)
}

// kmsKey matches the beginning of names that key management services give to keys: ARNs and aliases
// of AWS, resource names of Google Cloud, key identifiers of Azure, and URIs of signing tools.
var kmsKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(arn:|alias/|projects/[^/]+/locations/|https://[^/]+/keys/|` +
		`(aws|azure|gcp)kms://|hashivault://)`)
})

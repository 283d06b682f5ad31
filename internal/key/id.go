package key

import (
	"regexp"
	"strings"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// CheckID returns a fault unless text has the form of an ID. If CheckID recognizes the content of
// text, such as a PEM, the code of the fault identifies it. The fault contains no part of text.
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

// isReference reports whether text is a reference and unlikely to be the name of a system user, such
// as "local.admin".
func isReference(text string) bool {
	return pasted.IsReference(text) && (strings.HasPrefix(text, "var.") || strings.ContainsAny(text, "_[("))
}

// isID reports whether text has the form of an ID: 1 to 100 printable ASCII characters, no spaces,
// and no "-----", which indicates a PEM.
func isID(text string) bool {
	const longest = 100
	odd := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
	return text != "" && !odd && len(text) <= longest && !strings.Contains(text, pemDash)
}

// kmsKey matches the beginning of the name of a key in a key management service: an AWS ARN or alias,
// a Google Cloud resource name, an Azure key identifier, or the URI that a signing tool uses.
var kmsKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(arn:|alias/|projects/[^/]+/locations/|https://[^/]+/keys/|` +
		`(aws|azure|gcp)kms://|hashivault://)`)
})

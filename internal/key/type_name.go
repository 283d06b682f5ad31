package key

import (
	"regexp"
	"sync"
)

// typeName returns text if it looks like the name of a type: words of at most 30 characters in total,
// including up to two digits at the end. Otherwise, it returns "", because text may be part of a
// private key or of another secret.
func typeName(text string) string {
	const longest = 30
	if len(text) > longest || !typeWords().MatchString(text) {
		return ""
	}
	return text
}

// typeWords matches words that are in lower case, in upper case or capitalized, and are joined by
// underscores, hyphens or capitals. Up to two digits can follow. Base64 of more than a few characters
// hardly ever has this form.
var typeWords = sync.OnceValue(func() *regexp.Regexp {
	const word = `(?:[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]{2,})*)`
	return regexp.MustCompile(`^` + word + `(?:[_-]` + word + `)*[0-9]{0,2}$`)
})

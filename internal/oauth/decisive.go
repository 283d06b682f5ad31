package oauth

import (
	"slices"
	"strings"
	"unicode"
)

// decisiveClaims returns the names of claims that a verdict on a token depends on or
// that are reported to the user, except for the roles in single projects.
func decisiveClaims() []string {
	return slices.Concat([]string{
		"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "active", "username", "token_type",
		"auth_time",
		claimActor, claimRoles, claimMetadata, claimOwnerID, claimOwnerName, claimOwnerDomain,
	}, claimsOfOtherKinds())
}

// decisiveNames finds members of one JSON object whose names could be confused with
// decisive ones: a program that ignores case would read a value other than the one
// that was checked.
type decisiveNames struct {
	names        []string
	projectRoles map[string]string // claims of roles in single projects, by folded name, as they are found
}

func newDecisiveNames(also []string) *decisiveNames {
	return &decisiveNames{names: append(decisiveClaims(), also...), projectRoles: map[string]string{}}
}

// confusedWith returns the decisive name that differs from name only by letter
// case, as Unicode folds it. It is empty if there is none, or if name itself is
// decisive. A nil receiver has no decisive names.
func (d *decisiveNames) confusedWith(name string) string {
	if d == nil || slices.Contains(d.names, name) {
		return ""
	}
	for _, decisive := range d.names {
		if strings.EqualFold(name, decisive) {
			return decisive
		}
	}
	if !strings.Contains(name, ":") { // most names; folding is slow
		return ""
	}
	folded := foldCase(name)
	if !isEnclosed(folded, foldCase(claimProjectPrefix), foldCase(claimRolesSuffix)) {
		return ""
	}
	if !isEnclosed(name, claimProjectPrefix, claimRolesSuffix) {
		return claimProjectPrefix + "{id}" + claimRolesSuffix
	}
	if other, isKnown := d.projectRoles[folded]; isKnown {
		return other
	}
	d.projectRoles[folded] = name
	return ""
}

// isEnclosed reports whether text is more than its prefix and its suffix.
func isEnclosed(text, prefix, suffix string) bool {
	rest, hasPrefix := strings.CutPrefix(text, prefix)
	return hasPrefix && len(rest) > len(suffix) && strings.HasSuffix(rest, suffix)
}

// foldCase replaces each character by the smallest one that is equal under
// Unicode simple case folding, so that two texts fold to the same text exactly if
// [strings.EqualFold] reports them as equal.
func foldCase(text string) string {
	return strings.Map(func(r rune) rune {
		smallest := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			smallest = min(smallest, next)
		}
		return smallest
	}, text)
}

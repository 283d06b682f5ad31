package object

import (
	"slices"
	"strings"
	"unicode"
)

// Names specifies the decisive names of a document, which are the names of the members that the
// program uses. The name of any other member must not differ from a decisive name only in letter
// case, because a program that ignores letter case could use the wrong value.
type Names struct {
	// Exact contains complete names.
	Exact []string
	// Prefix and Suffix define a family of decisive names, which differ only in the ID between the
	// prefix and the suffix. If Prefix is empty, there is no such family.
	Prefix, Suffix string
}

// finder finds member names in one object that could be confused with decisive names.
type finder struct {
	Names
	enclosed map[string]string // names in the family found so far, keyed by case-folded name
}

func (n Names) finder() *finder { return &finder{Names: n, enclosed: map[string]string{}} }

// confusedWith returns the decisive name that differs from name only in letter case, under Unicode
// case folding. It returns "" if there is none, or if f is nil. If name would be in the family with a
// different case of the prefix or the suffix, the result contains "{id}" in place of the ID. If name
// and an earlier name in the family differ only in letter case, the result is the earlier name.
func (f *finder) confusedWith(name string) string {
	if f == nil || slices.Contains(f.Exact, name) {
		return ""
	}
	for _, decisive := range f.Exact {
		if strings.EqualFold(name, decisive) {
			return decisive
		}
	}
	if f.Prefix == "" || !strings.Contains(name, ":") { // skip most names, because folding is slow
		return ""
	}
	folded := foldCase(name)
	if !isEnclosed(folded, foldCase(f.Prefix), foldCase(f.Suffix)) {
		return ""
	}
	if !isEnclosed(name, f.Prefix, f.Suffix) {
		return f.Prefix + "{id}" + f.Suffix
	}
	if other, isKnown := f.enclosed[folded]; isKnown {
		return other
	}
	f.enclosed[folded] = name
	return ""
}

// isEnclosed reports whether text consists of the prefix, at least one character and the suffix.
func isEnclosed(text, prefix, suffix string) bool {
	rest, hasPrefix := strings.CutPrefix(text, prefix)
	return hasPrefix && len(rest) > len(suffix) && strings.HasSuffix(rest, suffix)
}

// foldCase replaces each character with the smallest character that is equal to it under Unicode
// simple case folding. Two strings have the same result if and only if [strings.EqualFold] reports
// them as equal.
func foldCase(text string) string {
	return strings.Map(func(r rune) rune {
		smallest := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			smallest = min(smallest, next)
		}
		return smallest
	}, text)
}

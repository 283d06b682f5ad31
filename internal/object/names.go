package object

import (
	"slices"
	"strings"
	"unicode"
)

// Names are the decisive names of a document: the names of the members that the program
// uses. A program that ignores letter case must not find another value for one of them.
type Names struct {
	// Exact are whole names.
	Exact []string
	// Prefix and Suffix define a family of names that differ only by the ID between them.
	// Both are empty if there is no such family.
	Prefix, Suffix string
}

// finder finds members of one object whose names could be confused with decisive
// ones.
type finder struct {
	Names
	enclosed map[string]string // names of the family, by folded name, as they are found
}

func (n Names) finder() *finder { return &finder{Names: n, enclosed: map[string]string{}} }

// confusedWith returns the decisive name that differs from name only by letter
// case, as Unicode folds it. It is empty if there is none, or if name itself is
// decisive. A nil receiver has no decisive names.
func (f *finder) confusedWith(name string) string {
	if f == nil || slices.Contains(f.Exact, name) {
		return ""
	}
	for _, decisive := range f.Exact {
		if strings.EqualFold(name, decisive) {
			return decisive
		}
	}
	if f.Prefix == "" || !strings.Contains(name, ":") { // most names; folding is slow
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

// isEnclosed reports whether text has the prefix and the suffix, and is longer than both
// together.
func isEnclosed(text, prefix, suffix string) bool {
	rest, hasPrefix := strings.CutPrefix(text, prefix)
	return hasPrefix && len(rest) > len(suffix) && strings.HasSuffix(rest, suffix)
}

// foldCase replaces each character by the smallest one that is equal under
// Unicode simple case folding, so that two texts fold to the same text if and only if
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

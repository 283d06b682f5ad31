package acctest

import (
	"maps"
	"slices"
	"strings"
)

// ContainsAll reports whether text contains all of the words.
func ContainsAll(text string, words ...string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// Unwrap replaces each sequence of whitespace with one space. This removes the line breaks
// that the CLI inserts to wrap its output.
func Unwrap(output string) string { return strings.Join(strings.Fields(output), " ") }

// SortedKeys returns the keys of a map in sorted order.
func SortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

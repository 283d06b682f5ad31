package optest

import (
	"fmt"
	"math"
	"slices"
)

// compareResponses returns the differences between two responses.
func compareResponses(want, got recordedResponse) []string {
	var differences []string
	if got.Status != want.Status {
		differences = append(differences, fmt.Sprintf("status %d, want %d", got.Status, want.Status))
	}
	if got.ContentType != want.ContentType {
		differences = append(differences,
			fmt.Sprintf("content type %q, want %q", got.ContentType, want.ContentType))
	}
	if got.RequestID != want.RequestID {
		differences = append(differences,
			fmt.Sprintf("has a request ID: %t, want %t", got.RequestID, want.RequestID))
	}
	if got.Closed != want.Closed {
		differences = append(differences, fmt.Sprintf("connection closed: %t, want %t", got.Closed, want.Closed))
	}
	if got.Text != want.Text {
		differences = append(differences, fmt.Sprintf("text %q, want %q", got.Text, want.Text))
	}
	return append(differences, compare("body", want.JSON, decodeTokens(got.JSON))...)
}

// compare returns the differences between two JSON values.
func compare(path string, want, got any) []string {
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			return compareObjects(path, want, got)
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			var differences []string
			for n := range want {
				differences = append(differences, compare(fmt.Sprintf("%s[%d]", path, n), want[n], got[n])...)
			}
			return differences
		}
	default:
		if want == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, want %v", path, got, want)}
}

// compareObjects returns the differences between the members of two JSON objects, in sorted
// order.
func compareObjects(path string, want, got map[string]any) []string {
	var differences []string
	for name := range got {
		if _, ok := want[name]; !ok {
			differences = append(differences, fmt.Sprintf("%s has an unexpected member %q", path, name))
		}
	}
	for name, value := range want {
		member, ok := got[name]
		switch {
		case !ok:
			differences = append(differences, fmt.Sprintf("%s has no member %q", path, name))
		case !matchesLoosely(name, value, member):
			differences = append(differences, compare(path+"."+name, value, member)...)
		}
	}
	slices.Sort(differences)
	return differences
}

// matchesLoosely compares members that a replay cannot reproduce exactly, because their values
// are random or are times. Random values must have the same type, updated_at must be a number,
// and other times must be no more than a second apart. For any other name, it returns false.
func matchesLoosely(name string, want, got any) bool {
	switch name {
	case "jti", "at_hash", "n":
		return fmt.Sprintf("%T", want) == fmt.Sprintf("%T", got)
	case "updated_at":
		_, ok := got.(float64)
		return ok
	case "exp", "iat", "nbf", "auth_time":
		want, wantNumber := want.(float64)
		got, gotNumber := got.(float64)
		// ZITADEL might have issued the token in the second before it sent the recorded response.
		return wantNumber && gotNumber && math.Abs(want-got) <= 1
	}
	return false
}

package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// orNull returns text as a Terraform string, or null if text is empty.
func orNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// distinct returns entries without duplicates, because a set cannot contain duplicates. The
// result is never nil, because nil would be encoded as null.
func distinct(entries []string) []string {
	seen := map[string]bool{}
	result := []string{}
	for _, entry := range entries {
		if !seen[entry] {
			seen[entry] = true
			result = append(result, entry)
		}
	}
	return result
}

// instant formats t as an RFC 3339 timestamp in UTC. It returns null if t is zero.
func instant(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// secondsLeft returns the number of whole seconds from now until expiresAt, or 0 if expiresAt
// has passed. It returns null if expiresAt is zero.
func secondsLeft(expiresAt, now time.Time) types.Int64 {
	if expiresAt.IsZero() {
		return types.Int64Null()
	}
	return types.Int64Value(max(expiresAt.Unix()-now.Unix(), 0))
}

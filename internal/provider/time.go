package provider

import (
	"cmp"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// timestamp matches an RFC 3339 timestamp (section 5.6). [time.Parse] is not sufficient, because it
// also accepts commas and larger offsets. timestamp does not check the ranges of the numbers before
// the offset. Its first group matches the ":60" of a leap second.
var timestamp = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d(?:(:60)|:\d\d)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`)
})

// parseTime parses an RFC 3339 timestamp. It returns a fault if the timestamp is invalid or surrounded
// by other characters, or if it is a leap second, which package time does not support.
func parseTime(text string) (time.Time, error) {
	at, err := parseTimestamp(text)
	if err == nil {
		return at, nil
	}
	return time.Time{}, cmp.Or(unpaddedValue(text, parseTimestamp), err)
}

// parseTimestamp is like [parseTime], but does not detect characters around the timestamp.
func parseTimestamp(text string) (time.Time, error) {
	text = strings.ToUpper(text) // T and Z may be in lower case
	found := timestamp().FindStringSubmatchIndex(text)
	if found == nil {
		return time.Time{}, fault.New("time-invalid")
	}
	start, end := found[2], found[3]
	isLeapSecond := start >= 0
	if isLeapSecond {
		text = text[:start] + ":59" + text[end:] // to check the rest of the timestamp
	}
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return time.Time{}, fault.New("time-invalid")
	case isLeapSecond:
		return time.Time{}, fault.New("time-leap-second")
	}
	return at, nil
}

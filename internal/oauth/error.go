package oauth

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Error explains a failure, in the parts that a reader needs. It never contains a
// key, a secret, an assertion, a token or the body of a response.
type Error struct {
	Op string // what was tried; completes "Unable to", e.g. "get access token"

	Method   string    // of the request; "" if the failure came before one
	URL      string    // of the request, without query
	Attempts int       // how often it was sent
	Time     time.Time // when it was sent last, on the server's clock

	Status      int    // HTTP status of the last response, 0 without one
	Code        string // member "error" (RFC 6749 section 5.2)
	Description string // member "error_description": at most 500 characters, control characters escaped
	RequestID   string // header X-Request-Id, by which ZITADEL's log finds the request

	Problem string   // what is wrong, where status and code do not say it
	Likely  []string // what is likely wrong, from evidence
	Next    []string // what to do

	Credentials bool // the fault lies in the credentials that were given
	Unavailable bool // the instance is down or cannot be reached, so every request would fail
	unconnected bool // no connection to the server could be made
	Shared      bool // another request of the process failed this way moments ago
}

// Error implements error, in one line.
func (e *Error) Error() string {
	parts := []string{"unable to " + e.Op}
	if e.URL != "" {
		parts = append(parts, e.Method+" "+e.URL)
	}
	parts = append(parts, e.Answer())
	return strings.Join(parts, ": ")
}

// Answer says what came back: status, error, description and request id, or
// the problem where there was no answer.
func (e *Error) Answer() string {
	if e.Status == 0 {
		return e.Problem
	}
	answer := fmt.Sprintf("status %d", e.Status)
	if e.Code != "" {
		answer += " " + e.Code
	}
	if e.Description != "" {
		answer += fmt.Sprintf(" (%s)", e.Description)
	}
	if e.Problem != "" {
		answer += ", " + e.Problem
	}
	if e.RequestID != "" {
		answer += ", request ID " + e.RequestID
	}
	return answer
}

// findInLog returns how to find the request in ZITADEL's log: by its request ID,
// which servers before v4.13 do not send, or else by its time.
func (e *Error) findInLog() string {
	if e.RequestID != "" {
		return "Look up the request ID in ZITADEL's log."
	}
	return fmt.Sprintf("Look for the request in ZITADEL's log. It was sent at %s.", e.Time.UTC().Format(time.RFC3339))
}

// printable bounds text of unknown origin and escapes what a terminal would not
// show as itself, so that an answer can neither colour nor forge a message. The
// result has max characters at most.
func printable(text string, max int) string {
	const ellipsis = "..."
	var b strings.Builder
	count, cut := 0, 0 // characters so far; bytes that leave room for the ellipsis
	for _, r := range text {
		shown := string(r)
		if !unicode.IsPrint(r) {
			shown = fmt.Sprintf(`\u%04x`, r)
		}
		count += utf8.RuneCountInString(shown)
		if count > max {
			return b.String()[:cut] + ellipsis
		}
		b.WriteString(shown)
		if count <= max-len(ellipsis) {
			cut = b.Len()
		}
	}
	return b.String()
}

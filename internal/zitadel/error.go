package zitadel

import (
	"fmt"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Error describes a failed operation. It never contains a key, a secret, an assertion, a token or
// a response body.
type Error struct {
	Op string // the operation; completes "Unable to", for example "get access token"

	Method   string    // of the request; "" if there is none
	URL      string    // of the request, without its query
	Attempts int       // number of times that the request was sent
	Time     time.Time // when the request was last sent, on the server's clock

	Status      int    // HTTP status of the last response; 0 if there is none
	Code        string // "error" member of the response (RFC 6749 section 5.2)
	Description string // "error_description" member: at most 500 characters, with control characters escaped
	RequestID   string // X-Request-Id header, which ZITADEL also logs

	// Problem describes the failure if Status and Code do not. Otherwise, it is nil.
	Problem *fault.Fault
	// Causes are the likely causes. They are derived from the response, the key, the clocks and the
	// discovery document.
	Causes []*fault.Fault

	Credentials bool // the credentials are at fault
	Unavailable bool // every request might fail, for example because the instance is down or cannot be reached
	unconnected bool // no connection to the server could be established
	Shared      bool // another request failed with this error moments ago
}

// Error implements error. The text is a single line.
func (e *Error) Error() string {
	parts := []string{"unable to " + e.Op}
	if e.URL != "" {
		parts = append(parts, e.Method+" "+e.URL)
	}
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, e.Code)))
	}
	if e.Problem != nil {
		parts = append(parts, e.Problem.Error())
	}
	for _, cause := range e.Causes {
		parts = append(parts, cause.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the problem and the causes.
func (e *Error) Unwrap() []error {
	var faults []error
	if e.Problem != nil {
		faults = append(faults, e.Problem)
	}
	for _, cause := range e.Causes {
		faults = append(faults, cause)
	}
	return faults
}

// because adds a fault with the code and the values to the likely causes.
func (e *Error) because(code string, values ...any) {
	e.Causes = append(e.Causes, fault.New(code, values...))
}

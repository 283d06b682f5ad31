// Package fault defines the error of the inner packages: a code, and the values
// that describe what is wrong. It contains no words. Package message has the words,
// because only the provider knows the arguments, blocks and functions by which a
// practitioner can correct a fault.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Fault is one thing that is wrong.
type Fault struct {
	// Code identifies the message about the fault. It is short and stable, such as
	// "key-expired".
	Code string
	// Values are what the message contains, by the name of the placeholder. A value
	// is a string, which New makes printable, a number, a [time.Time], a
	// [time.Duration], a []string, or an error that is the reason. It never contains a
	// secret.
	Values map[string]any
}

// New returns a fault. The values alternate with their names, as in package slog:
//
//	fault.New("key-expired", "key", k.ID, "expires_at", k.ExpiresAt)
func New(code string, values ...any) *Fault {
	f := &Fault{Code: code}
	for i := 0; i+1 < len(values); i += 2 {
		if f.Values == nil {
			f.Values = make(map[string]any, len(values)/2)
		}
		name, _ := values[i].(string)
		value := values[i+1]
		if text, ok := value.(string); ok {
			value = Printable(text, maxText)
		}
		f.Values[name] = value
	}
	return f
}

// maxText is the maximum length of a text in a fault, in characters.
const maxText = 200

// Error returns the code and the values, for logs and tests:
//
//	key-expired expires_at="2030-01-31 00:00:00 +0000 UTC" key="31"
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		switch value := f.Values[name].(type) {
		case error:
			fmt.Fprintf(&b, " %s=(%s)", name, value)
		case string, fmt.Stringer:
			fmt.Fprintf(&b, " %s=%q", name, value)
		default:
			fmt.Fprintf(&b, " %s=%v", name, value)
		}
	}
	return b.String()
}

// Unwrap returns the reason, or nil if there is none.
func (f *Fault) Unwrap() error {
	reason, _ := f.Values["reason"].(error)
	return reason
}

// All returns the faults in err, which may join several, in order. An error that is
// not a fault, such as one of the operating system, is not among them.
func All(err error) (faults []*Fault) {
	for err != nil {
		switch e := any(err).(type) {
		case *Fault:
			return append(faults, e)
		case interface{ Unwrap() []error }:
			for _, each := range e.Unwrap() {
				faults = append(faults, All(each)...)
			}
			return faults
		default:
			err = errors.Unwrap(err)
		}
	}
	return faults
}

// Is reports whether err is or contains a fault with one of the codes.
func Is(err error, codes ...string) bool {
	var f *Fault
	return errors.As(err, &f) && slices.Contains(codes, f.Code)
}

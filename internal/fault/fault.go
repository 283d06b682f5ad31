// Package fault defines the error type of the inner packages. A [Fault] consists of a code and values
// that describe the failure. It contains no user-facing text, because that text names arguments,
// blocks and functions, which only the provider defines. The text is in package message.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Fault is an error with a code and values.
type Fault struct {
	// Code identifies the user-facing message for the fault. It is short and stable, for
	// example "key-expired".
	Code string
	// Values contains the values that the message uses, keyed by placeholder name. A value is a
	// string, a []string, a number, a bool, a [time.Time], a [time.Duration], or an error. New and
	// With make strings printable. Unwrap returns the "reason" value if it is an error. A value never
	// contains a secret.
	Values map[string]any
}

// New returns a fault with the given code. The remaining arguments alternate between names and
// values, as in package slog:
//
//	fault.New("key-expired", "key", k.ID, "expires_at", k.ExpiresAt)
func New(code string, values ...any) *Fault { return (&Fault{Code: code}).With(values...) }

// With returns a copy of f with the given values added. The arguments alternate between names and
// values, as in [New]. A given value replaces the value of f that has the same name.
func (f *Fault) With(values ...any) *Fault {
	extended := &Fault{Code: f.Code, Values: maps.Clone(f.Values)}
	for i := 0; i+1 < len(values); i += 2 {
		if extended.Values == nil {
			extended.Values = make(map[string]any, len(values)/2)
		}
		name, _ := values[i].(string)
		extended.Values[name] = printableValue(values[i+1])
	}
	return extended
}

// printableValue returns value with its strings made printable.
func printableValue(value any) any {
	switch v := value.(type) {
	case string:
		return Printable(v, maxText)
	case []string:
		texts := make([]string, len(v))
		for i, text := range v {
			texts[i] = Printable(text, maxText)
		}
		return texts
	case time.Time:
		return v.Round(0) // drop the monotonic clock reading, which String would print
	}
	return value
}

const (
	maxText    = 200  // maximum number of characters in a string value
	maxReason  = 1000 // maximum number of characters in a reason in [Fault.Error]
	maxEntries = 20   // maximum number of list entries in [Fault.Error]
)

// Error returns the code and the values, sorted by name, on one line for logs and tests:
//
//	key-expired expires_at="2030-01-31 00:00:00 +0000 UTC" key="31"
//	audience-missing audience=["a" "b"] missing=["c"]
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		switch value := f.Values[name].(type) {
		case error:
			// errors.Join writes one error per line.
			reasons := strings.ReplaceAll(value.Error(), "\n", "; ")
			fmt.Fprintf(&b, " %s=(%s)", name, Printable(reasons, maxReason))
		case []string:
			fmt.Fprintf(&b, " %s=%q", name, value[:min(len(value), maxEntries)])
			if more := len(value) - maxEntries; more > 0 {
				fmt.Fprintf(&b, "+%d", more)
			}
		case string, fmt.Stringer:
			fmt.Fprintf(&b, " %s=%q", name, value)
		default:
			fmt.Fprintf(&b, " %s=%v", name, value)
		}
	}
	return b.String()
}

// Unwrap returns the "reason" value if it is an error, and nil otherwise.
func (f *Fault) Unwrap() error {
	reason, _ := f.Values["reason"].(error)
	return reason
}

// All returns the faults in err, in order. If err wraps or joins several errors, the result contains
// the faults of all of them. It does not contain the reasons of faults, or errors that are not
// faults, such as operating system errors.
func All(err error) (faults []*Fault) {
	for err != nil {
		switch e := any(err).(type) {
		case *Fault:
			if e == nil {
				return faults
			}
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

// With returns the faults in err, with a value added to each fault and to its reasons. If err
// contains no fault, With returns err. With does not modify err, because several requests can share
// it.
func With(err error, name string, value any) error {
	faults := All(err)
	if len(faults) == 0 {
		return err
	}
	added := make([]error, len(faults))
	for i, f := range faults {
		extended := f.With(name, value)
		if reason := f.Unwrap(); reason != nil {
			extended.Values["reason"] = With(reason, name, value)
		}
		added[i] = extended
	}
	if len(added) == 1 {
		return added[0]
	}
	return errors.Join(added...)
}

// Is reports whether err is or wraps a fault with one of the codes. Unlike [All], it also
// checks the reasons of faults.
func Is(err error, codes ...string) bool {
	return slices.ContainsFunc(All(err), func(f *Fault) bool {
		return slices.Contains(codes, f.Code) || Is(f.Unwrap(), codes...)
	})
}

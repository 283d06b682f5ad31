// Package fault defines the error type of the inner packages: a code, and values with the
// details. It contains no text for users. That text is in package message, because it
// mentions arguments, blocks and functions, which only the provider defines.
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
	// Code identifies the message about the fault. It is short and stable, such as
	// "key-expired".
	Code string
	// Values are the values in the message, by the name of the placeholder. A value is a
	// string or a []string, which New makes printable, a number, a [time.Time], a
	// [time.Duration], or an error that is the reason. It never contains a secret.
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
		f.Values[name] = printableValue(values[i+1])
	}
	return f
}

// printableValue returns value with printable text in place of strings.
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
		return v.Round(0) // without the monotonic reading, which String would show
	}
	return value
}

const (
	maxText    = 200  // characters of a text in a fault
	maxReason  = 1000 // characters of a reason in [Fault.Error]
	maxEntries = 20   // entries of a list in [Fault.Error]
)

// Error returns the code and the values in one line, for logs and tests:
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

// Unwrap returns the reason, or nil if there is none.
func (f *Fault) Unwrap() error {
	reason, _ := f.Values["reason"].(error)
	return reason
}

// All returns the faults in err, which may join several, in order. It omits errors that
// are not faults, such as those of the operating system, and the reasons of faults.
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

// Is reports whether err is or contains a fault with one of the codes. Unlike [All], it
// includes the reasons of faults.
func Is(err error, codes ...string) bool {
	return slices.ContainsFunc(All(err), func(f *Fault) bool {
		return slices.Contains(codes, f.Code) || Is(f.Unwrap(), codes...)
	})
}

package fault_test

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

func TestNew(t *testing.T) {
	t.Parallel()
	reason := errors.New("\x1b")
	entries := []string{"a", "\x1b[31m", strings.Repeat("ü", 201)}
	at := time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		values []any
		want   map[string]any
	}{
		"no values": {nil, nil},
		"other types": {
			[]any{"a", 1, "b", at, "c", time.Second, "d", reason, "e", true},
			map[string]any{"a": 1, "b": at, "c": time.Second, "d": reason, "e": true},
		},
		"string":            {[]any{"a", "Grüße"}, map[string]any{"a": "Grüße"}},
		"control character": {[]any{"a", "\x1b[31m\n"}, map[string]any{"a": `\u001b[31m\u000a`}},
		"200 characters":    {[]any{"a", strings.Repeat("ü", 200)}, map[string]any{"a": strings.Repeat("ü", 200)}},
		"201 characters": {
			[]any{"a", strings.Repeat("ü", 201)},
			map[string]any{"a": strings.Repeat("ü", 197) + "..."},
		},
		"list": {
			[]any{"a", entries},
			map[string]any{"a": []string{"a", `\u001b[31m`, strings.Repeat("ü", 197) + "..."}},
		},
		"name without value": {[]any{"a", 1, "b"}, map[string]any{"a": 1}},
		"same name twice":    {[]any{"a", 1, "a", 2}, map[string]any{"a": 2}},
	}
	for name, test := range tests {
		f := fault.New("code", test.values...)
		if f.Code != "code" || !reflect.DeepEqual(f.Values, test.want) {
			t.Errorf("%s: got %q %#v, want %q %#v", name, f.Code, f.Values, "code", test.want)
		}
	}
	if entries[1] != "\x1b[31m" {
		t.Error("New modified the caller's slice")
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	many := make([]string, 25)
	for i := range many {
		many[i] = "x"
	}
	tests := map[string]struct {
		fault *fault.Fault
		want  string
	}{
		"no values": {fault.New("key-set-unusable"), "key-set-unusable"},
		"sorted by name": {
			fault.New("member-type", "member", "expires_in", "found", "a string", "expected", "a number"),
			`member-type expected="a number" found="a string" member="expires_in"`,
		},
		"number and bool": {fault.New("a", "depth", 128, "behind", true), "a behind=true depth=128"},
		"time":            {fault.New("a", "at", time.Unix(0, 0).UTC()), `a at="1970-01-01 00:00:00 +0000 UTC"`},
		"duration":        {fault.New("a", "skew", 90*time.Minute), `a skew="1h30m0s"`},
		"list":            {fault.New("a", "names", []string{"b c", "d"}), `a names=["b c" "d"]`},
		"empty list":      {fault.New("a", "names", []string(nil)), "a names=[]"},
		"long list": {
			fault.New("a", "names", many), "a names=[" + strings.TrimSpace(strings.Repeat(`"x" `, 20)) + "]+5",
		},
		"reason": {
			fault.New("a", "reason", fault.New("b", "reason", fault.New("c", "n", 1))), "a reason=(b reason=(c n=1))",
		},
		"joined reasons": {
			fault.New("a", "reason", errors.Join(fault.New("b"), fault.New("c"))), "a reason=(b; c)",
		},
		"reason is not a fault": {fault.New("a", "reason", errors.New("b\x1b[31m")), `a reason=(b\u001b[31m)`},
		"quotes":                {fault.New("a", "name", `b" c="d`), `a name="b\" c=\"d"`},
	}
	for name, test := range tests {
		if got := test.fault.Error(); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// Error must return bounded, printable text for values of any length and origin.
func TestErrorIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\x1b\n\u202ex", 10_000)
	var reasons []error
	list := make([]string, 1000)
	for i := range list {
		list[i] = long
		reasons = append(reasons, fault.New("member-type", "member", long))
	}
	reasons = append(reasons, errors.New(long))
	f := fault.New("a", "text", long, "list", list, "reason", errors.Join(reasons...))
	isUnprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	inStruct := struct{ Fault *fault.Fault }{f}
	for _, text := range []string{f.Error(), fmt.Sprintf("%+v", f), fmt.Sprintf("%+v", inStruct)} {
		if utf8.RuneCountInString(text) > 10_000 || strings.ContainsFunc(text, isUnprintable) {
			t.Errorf("got %d bytes of text that is too long or not printable: %.500q", len(text), text)
		}
	}
}

func TestUnwrap(t *testing.T) {
	t.Parallel()
	f := fault.New("a", "reason", fs.ErrNotExist, "other", fs.ErrExist)
	if !errors.Is(f, fs.ErrNotExist) || errors.Is(f, fs.ErrExist) {
		t.Error("Unwrap must return the reason and nothing else")
	}
	for _, without := range []*fault.Fault{fault.New("a"), fault.New("a", "reason", "text")} {
		if without.Unwrap() != nil {
			t.Errorf("%v: Unwrap returned %v, want nil", without, without.Unwrap())
		}
	}
}

// opaque wraps several errors, as zitadel.Error does.
type opaque []error

func (o opaque) Error() string   { return "opaque" }
func (o opaque) Unwrap() []error { return o }

func TestAll(t *testing.T) {
	t.Parallel()
	a, b, c := fault.New("a"), fault.New("b", "reason", fault.New("inner")), fault.New("c")
	tests := map[string]struct {
		err  error
		want []*fault.Fault
	}{
		"nil":              {nil, nil},
		"nil fault":        {(*fault.Fault)(nil), nil},
		"not a fault":      {fs.ErrNotExist, nil},
		"single fault":     {a, []*fault.Fault{a}},
		"reason omitted":   {b, []*fault.Fault{b}},
		"wrapped":          {fmt.Errorf("x: %w", fmt.Errorf("y: %w", a)), []*fault.Fault{a}},
		"joined":           {errors.Join(a, b, c), []*fault.Fault{a, b, c}},
		"joined, in order": {errors.Join(c, a), []*fault.Fault{c, a}},
		"joined with other errors": {
			errors.Join(fs.ErrNotExist, a, fs.ErrExist, c), []*fault.Fault{a, c},
		},
		"nested joins":          {errors.Join(errors.Join(a, b), c), []*fault.Fault{a, b, c}},
		"wrapped join":          {fmt.Errorf("x: %w", errors.Join(a, b)), []*fault.Fault{a, b}},
		"wrapped fault in join": {errors.Join(fmt.Errorf("x: %w", a), b), []*fault.Fault{a, b}},
		"two wrapped faults":    {fmt.Errorf("%w and %w", a, b), []*fault.Fault{a, b}},
		"custom type":           {opaque{a, opaque{b}, c}, []*fault.Fault{a, b, c}},
		"custom type, empty":    {opaque{}, nil},
	}
	for name, test := range tests {
		if got := fault.All(test.err); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	reasons := errors.Join(fault.New("c"), fault.New("d", "reason", fault.New("e")))
	a, b := fault.New("a"), fault.New("b", "reason", reasons)
	tests := map[string]struct {
		err   error
		codes []string
		want  bool
	}{
		"nil":                  {nil, []string{""}, false},
		"nil fault":            {(*fault.Fault)(nil), []string{""}, false},
		"not a fault":          {errors.New("a"), []string{"a"}, false},
		"matching code":        {a, []string{"a"}, true},
		"one of the codes":     {a, []string{"x", "a"}, true},
		"no codes":             {a, nil, false},
		"different codes":      {a, []string{"b", "aa"}, false},
		"wrapped":              {fmt.Errorf("x: %w", a), []string{"a"}, true},
		"joined, first":        {errors.Join(a, b), []string{"a"}, true},
		"joined, second":       {errors.Join(a, b), []string{"b"}, true},
		"reason, first":        {b, []string{"c"}, true},
		"reason, second":       {b, []string{"d"}, true},
		"reason of the reason": {errors.Join(a, b), []string{"e"}, true},
		"no match":             {errors.Join(a, b), []string{"x", "reason"}, false},
	}
	for name, test := range tests {
		if got := fault.Is(test.err, test.codes...); got != test.want {
			t.Errorf("%s: got %t, want %t", name, got, test.want)
		}
	}
}

func TestFaultWith(t *testing.T) {
	t.Parallel()
	f := fault.New("a", "x", 1, "y", "b")
	tests := map[string]struct {
		got  *fault.Fault
		want string
	}{
		"another value":          {f.With("z", []string{"c"}), `a x=1 y="b" z=["c"]`},
		"values":                 {f.With("y", 2, "z", 3), "a x=1 y=2 z=3"},
		"nonprintable":           {f.With("y", "\x1b"), `a x=1 y="\\u001b"`},
		"no value":               {f.With(), `a x=1 y="b"`},
		"of a fault without any": {fault.New("a").With("z", 3), "a z=3"},
	}
	for name, test := range tests {
		if got := test.got.Error(); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	if got, want := f.Error(), `a x=1 y="b"`; got != want {
		t.Errorf("With changed the fault to %s, want %s", got, want)
	}
}

func TestWith(t *testing.T) {
	t.Parallel()
	a, b := fault.New("a"), fault.New("b", "x", 1, "reason", errors.Join(fault.New("c"), fault.New("d")))
	other := errors.New("other")
	tests := map[string]struct {
		err  error
		want string
	}{
		"fault":       {a, `a n="v"`},
		"reasons":     {b, `b n="v" reason=(c n="v"; d n="v") x=1`},
		"joined":      {errors.Join(a, b), "a n=\"v\"\nb n=\"v\" reason=(c n=\"v\"; d n=\"v\") x=1"},
		"wrapped":     {fmt.Errorf("x: %w", a), `a n="v"`},
		"not a fault": {other, "other"},
	}
	for name, test := range tests {
		before := test.err.Error()
		if got := fault.With(test.err, "n", "v").Error(); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if after := test.err.Error(); after != before {
			t.Errorf("%s: With changed the error from %s to %s", name, before, after)
		}
	}
	if fault.With(nil, "n", "v") != nil {
		t.Error("With returned an error for nil, want nil")
	}
	if got := fault.With(a, "n", "a\x00b").Error(); strings.Contains(got, "\x00") {
		t.Errorf("got %q, want printable text", got)
	}
}

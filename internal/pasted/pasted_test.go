package pasted_test

import (
	"fmt"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

func TestAround(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value, clean string
		kind         pasted.Kind
		character    string
	}{
		{"", "", pasted.None, ""},
		{"a b", "a b", pasted.None, ""},
		{`a"b`, `a"b`, pasted.None, ""},
		{" a", "a", pasted.Whitespace, "space (U+0020)"},
		{"a\r\n", "a", pasted.Whitespace, "line break (U+000A)"},
		{"a\u00a0", "a", pasted.Whitespace, "no-break space (U+00A0)"},
		{"\ufeffa", "a", pasted.Invisible, "byte order mark (U+FEFF)"},
		{`"a"`, "a", pasted.Quote, `quotation mark (U+0022)`},
		{`"a`, "a", pasted.Quote, `quotation mark (U+0022)`},
		{`\"a\"`, "a", pasted.Quote, `quotation mark (U+0022)`},
		{"\u201ca\u201d", "a", pasted.Quote, "quotation mark (U+201C)"},
		{"'\" a \"'", "a", pasted.Quote, "quotation mark (U+0027)"},
		{"<https://a>", "https://a", pasted.Quote, "angle bracket (U+003C)"},
		{"<a>", "<a>", pasted.None, ""},
		{" ", "", pasted.Whitespace, "space (U+0020)"},
		{"\xff", "\xff", pasted.None, ""},
	} {
		found, clean := pasted.Around(test.value)
		if found.Kind != test.kind || found.Character != test.character || clean != test.clean {
			t.Errorf("%q: got %+v, %q; want {%v %s}, %q",
				test.value, found, clean, test.kind, test.character, test.clean)
		}
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ value, clean, want string }{
		{"a", "a", "[]"}, {" a\r\n", "a", "[trim-space]"}, {"\ufeffa", "a", "[bom]"},
		{"\ufeff\na ", "a", "[bom trim-space]"}, {"a\u200b", "a", "[]"}, {"'a'\n", "a", "[]"}, {" \ufeffa", "a", "[]"},
	} {
		if got := fmt.Sprint(pasted.Steps(test.value, test.clean)); got != test.want {
			t.Errorf("%q: got %s, want %s", test.value, got, test.want)
		}
	}
}

func TestInside(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"a": "a", "a\u200bb": "ab", "a\r\nb": "ab", "a b": "", "a\u00a0b": "", "a\u202eb": "", "a\u2066b": "",
	} {
		found, clean := pasted.Inside(value)
		if clean != want || (found.Kind == pasted.None) != (value == "a") {
			t.Errorf("%q: got %+v, %q; want %q", value, found, clean, want)
		}
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"a": "a [compact]", " a b\r\n\tc": "abc [compact]", "a\u00a0b": "ab []", "a\u200bb c": "abc []", "\v": " []",
	} {
		clean, steps := pasted.Compact(value)
		if got := fmt.Sprint(clean, " ", steps); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

// FuzzAround checks that Around reports a surplus if and only if it changes the value, and that
// Inside does not panic.
func FuzzAround(f *testing.F) {
	for _, value := range []string{"", `\"a\"`, "<https://a>", "' \u00a0a\u200b\"", `\\`, `\"`, "\""} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		found, clean := pasted.Around(value)
		if (found.Kind == pasted.None) != (clean == value) {
			t.Errorf("%q: got %+v, %q; want a surplus if and only if the value changes", value, found, clean)
		}
		pasted.Inside(value)
	})
}

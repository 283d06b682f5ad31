package fault_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

func TestPrintable(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		limit int
		want  string
	}{
		"plain":               {"Grüße, 世界 🙂", 50, "Grüße, 世界 🙂"},
		"at the limit":        {"12345", 5, "12345"},
		"truncated":           {"1234567890", 8, "12345..."},
		"truncated multibyte": {"üüüüüüüüüü", 8, "üüüüü..."},
		"line break":          {"a\r\nb\tc", 50, `a\u000d\u000ab\u0009c`},
		"color":               {"\x1b[31mred", 50, `\u001b[31mred`},
		"right to left":       {"a\u202eb\u2066c", 50, `a\u202eb\u2066c`},
		"invisible":           {"a\u200bb\u00a0c\ufeff", 50, `a\u200bb\u00a0c\ufeff`},
		"long escape":         {"a\U000e0001", 50, `a\ue0001`},
		"escapes are counted": {"\x1b\x1b\x1b", 15, `\u001b\u001b...`},
		"no partial escape":   {"abc\x1b\x1b", 14, `abc\u001b...`},
		"invalid UTF-8":       {"a\xffb", 50, "a\ufffdb"},
		"empty":               {"", 3, ""},
	}
	for name, test := range tests {
		if got := fault.Printable(test.text, test.limit); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// FuzzPrintable checks that the result is printable and no longer than the limit. Text that
// meets both conditions must not change, a truncated result must begin like the full result,
// and a second call must change nothing.
func FuzzPrintable(f *testing.F) {
	f.Add("Grüße, 世界 🙂", 50)
	f.Add("abc\x1b\x1b", 14)
	f.Add("a\u202eb\xff\U000e0001", 3)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 3 || limit > 1000 {
			return
		}
		got := fault.Printable(text, limit)
		unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit || strings.ContainsFunc(got, unprintable) {
			t.Errorf("%q becomes %q, want printable text of at most %d characters", text, got, limit)
		}
		fits := utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit
		if fits && !strings.ContainsFunc(text, unprintable) && got != text {
			t.Errorf("%q becomes %q, want no change", text, got)
		}
		head, isCut := strings.CutSuffix(got, "...")
		if isCut && !strings.HasPrefix(fault.Printable(text, 1<<30), head) {
			t.Errorf("%q becomes %q, want the beginning of the full result", text, got)
		}
		if again := fault.Printable(got, limit); again != got {
			t.Errorf("a second call changes %q to %q, want no change", got, again)
		}
	})
}

package zitadel

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzPrintable bounds any text and shows it: what fits and prints is left as it is.
func FuzzPrintable(f *testing.F) {
	f.Add("Grüße, 世界 🙂", 50)
	f.Add("abc\x1b\x1b", 14)
	f.Add("a\u202eb\xff\U000e0001", 3)
	f.Fuzz(func(t *testing.T, text string, max int) {
		if max < 3 || max > 1000 {
			return
		}
		got := fault.Printable(text, max)
		unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > max || strings.ContainsFunc(got, unprintable) {
			t.Errorf("%q becomes %q", text, got)
		}
		if utf8.ValidString(text) && utf8.RuneCountInString(text) <= max && !strings.ContainsFunc(text, unprintable) && got != text {
			t.Errorf("%q becomes %q", text, got)
		}
		if head, cut := strings.CutSuffix(got, "..."); cut && !strings.HasPrefix(fault.Printable(text, 1<<30), head) {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}

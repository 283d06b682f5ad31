package provider_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider/message"
)

// codeAtEnd matches the code of a message, in brackets at the end of a line.
var codeAtEnd = regexp.MustCompile(`(?m) \[([a-z0-9-]+)\]$`)

// codesOf returns the codes of all messages in the diagnostics, in order.
func codesOf(found acctest.Diagnostics) (codes []string) {
	for _, each := range found {
		for _, match := range codeAtEnd.FindAllStringSubmatch(each.Detail, -1) {
			codes = append(codes, match[1])
		}
	}
	return codes
}

// checkCodes reports an error unless the diagnostics contain messages with the given codes, in this
// order, and no others. The last line of each diagnostic must link to the troubleshooting guide's
// section about its first code.
func checkCodes(t testing.TB, found acctest.Diagnostics, want ...string) {
	t.Helper()
	if got := codesOf(found); !slices.Equal(got, want) {
		t.Errorf("codes %q, want %q, in:\n%s", got, want, found)
	}
	for _, each := range found {
		codes := codesOf(acctest.Diagnostics{each})
		if len(codes) > 0 && !strings.HasSuffix(each.Detail, "troubleshooting.md#"+codes[0]) {
			t.Errorf("no link to %q in:\n%s", codes[0], each.Detail)
		}
	}
}

// textOf returns the text of the message about a fault. Its arguments are those of [fault.New].
func textOf(code string, values ...any) string { return message.Text(fault.New(code, values...)) }

// adviceOf returns the line of a diagnostic about a fault: the text of the message, the next step,
// and the code.
func adviceOf(code string, values ...any) string {
	return message.Advice(fault.New(code, values...)) + " [" + code + "]"
}

// unableTo returns the summary of a diagnostic about a failed operation.
func unableTo(operation string) string { return "Unable to " + operation }

// inRequest returns the beginning of a diagnostic's line about the request. The argument is the
// method, optionally followed by the URL.
func inRequest(beginning string) string { return "Request: " + beginning }

// inResponse returns the beginning of a diagnostic's line about the response. The argument is the
// status, optionally followed by the OAuth error.
func inResponse(beginning string) string { return "\nResponse: " + beginning }

// printed returns a pattern that matches the texts in the CLI's output, in the given order. Because the
// CLI wraps lines, the pattern accepts any whitespace between two words.
func printed(texts ...string) *regexp.Regexp {
	var patterns []string
	for _, text := range texts {
		var words []string
		for _, word := range strings.Fields(text) {
			words = append(words, regexp.QuoteMeta(word))
		}
		patterns = append(patterns, strings.Join(words, `\s+`))
	}
	return regexp.MustCompile("(?s)" + strings.Join(patterns, ".*"))
}

// A diagnostic must list the reasons for a message below the message, indented one level deeper.
func TestDiagnosticListsReasons(t *testing.T) {
	t.Parallel()
	file := acctest.WriteFile(t, t.TempDir(), "key.json", []byte(`{"type": "serviceaccount", "key": "a", "keyId": "1"}`))
	p := startConfigured(t, object{"issuer": "https://issuer.example", "key_file": file})
	_, found := p.Read("data", "zitadel_access_token", nil)
	checkCodes(t, found, "key-member-missing", "key-not-pem")
	want := []string{
		textOf("provider-argument", "source", "argument key_file of the provider block"),
		"  - " + textOf("key-file-unusable", "path", file),
		"    - " + adviceOf("key-member-missing", "member", "userId"),
		"    - " + adviceOf("key-not-pem", "member", "key"),
		"",
	}
	if got := strings.Split(found[0].Detail, "\n"); len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) {
		t.Errorf("got\n%s\nwant\n%s", found[0].Detail, strings.Join(want, "\n"))
	}
}

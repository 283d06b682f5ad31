package acctest

import (
	"fmt"
	"regexp"
	"strings"
)

// Patterns that match any token or key, even if it was not added to the run's secrets.
var (
	jwtPattern = regexp.MustCompile(`eyJ[\w-]{8,}\.[\w-]{8,}`)
	keyPattern = regexp.MustCompile(`PRIVATE KEY-----[\\nr\s]*[A-Za-z0-9+/]{16}`)
)

// text searches the given text, and adds each secret that it finds to s.leaks.
func (s *search) text(place, file, text string) {
	report := func(what string, at int) {
		begin := 1 + strings.LastIndexByte(text[:at], '\n')
		l := leak{place, what}
		if place == "log" {
			l.place += logLineKind(text[begin:at])
		}
		s.leaks[l] = append(s.leaks[l], fmt.Sprintf("%s: %s", file, mask(text[max(begin, at-200):at])))
	}
	s.find(text, report)
	for _, at := range jwtPattern.FindAllStringIndex(text, -1) {
		report("unknown token or assertion", at[0])
	}
	for _, at := range keyPattern.FindAllStringIndex(text, -1) {
		report("unknown key", at[0])
	}
}

// logLineKind returns a suffix for the place "log" that describes the kind of log line, given the
// beginning of the line. The suffix is empty unless the CLI itself writes secrets to lines of that kind.
func logLineKind(line string) string {
	switch {
	case strings.Contains(line, " CLI args: "), strings.Contains(line, " CLI command args: "):
		return " of the command line"
	case strings.Contains(line, " UpgradeResourceState: ignoring dynamic block: "):
		return " of a dynamic attribute"
	}
	return ""
}

var perhapsSecret = regexp.MustCompile(`[\w+/=%-]{16,}|[^\s"=]+$`)

// mask replaces anything that could be a secret, or the beginning of a secret, with asterisks. text
// is the part of a line that precedes a leaked secret.
func mask(text string) string { return perhapsSecret.ReplaceAllString(text, "***") }

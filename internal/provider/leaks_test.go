package provider_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// leak is a secret in a place: what sort of place it is, and what the secret is.
type leak struct{ place, what string }

// exception is a place where Terraform itself, or who writes a configuration,
// keeps or prints a secret.
type exception struct{ place, what, why string }

func (e exception) covers(l leak) bool { return e.place == l.place && strings.Contains(l.what, e.what) }

// byDesign are all places where secrets may stand. Nothing else passes.
var byDesign = []exception{
	{"state, zitadel_access_token.access_token", "token", "a result of a data source"},
	{"state, zitadel_access_token.id_token", "token", "a result of a data source"},
	{"state, zitadel_client_assertion.assertion", "assertion", "a result of a data source"},
	{"state, zitadel_token_exchange.access_token", "token", "a result of a data source"},
	{"state, zitadel_token_exchange.id_token", "token", "a result of a data source"},
	{"state, outputs", "token", "a configuration makes it an output"},
	{"state, outputs", "assertion", "a configuration makes it an output"},
	{"state, terraform_data.input", "key", "a configuration gives it to a resource that keeps it"},
	{"state, terraform_data.output", "key", "a configuration gives it to a resource that keeps it"},
	{"state, http.request_headers", "token", "a configuration gives it to a data source that keeps it"},
	{"state, echo.data", "token", "a test gives an ephemeral token to a resource that keeps it"},
	{"plan, variables", "", "a plan file holds all variables, but for ephemeral ones"},
	{"plan, outputs", "token", "see the state"},
	{"plan, change of data.zitadel_introspection", "token", "a data source that waits for apply: its arguments"},
	{"plan, change of data.zitadel_introspection", "key", "a data source that waits for apply: its arguments"},
	{"plan, change of terraform_data", "key", "see the state"},
	{"plan, change of echo", "token", "see the state"},
	{"output of show", "token", "show -json is there to show the state"},
	{"output of show", "assertion", "show -json is there to show the state"},
	{"output of show-plan", "token", "show -json is there to show a plan file"},
	{"output of show-plan", "key", "show -json is there to show a plan file"},
	{"log of the command line", "token", "the CLI logs its own arguments, with what -var is given"},
	{"log of a dynamic attribute", "token", "the CLI logs what a resource (never a data source) keeps in one"},
	{"protocol data", "", "TF_LOG_SDK_PROTO_DATA_DIR is there to write all that CLI and provider tell each other"},
}

// leaks looks for all known secrets in what the run left behind, and returns
// those that stand elsewhere, by name and place. After a whole run that passed
// it also returns what is by design and never happened.
func leaks(passed bool) (told []string) {
	if evidence == "" {
		return nil
	}
	plant()
	s := &search{leaks: map[leak][]string{}}
	if err := s.walk(); err != nil {
		return []string{err.Error()}
	}
	for found, where := range s.leaks {
		if !slices.ContainsFunc(byDesign, func(e exception) bool { return e.covers(found) }) {
			told = append(told, fmt.Sprintf("the %s is in the %s, %d times, first in %s", found.what, found.place, len(where), where[0]))
		}
	}
	if !passed || flag.Lookup("test.run").Value.String()+flag.Lookup("test.skip").Value.String() != "" {
		return told
	}
	for _, e := range byDesign {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(s.leaks)), e.covers) {
			told = append(told, fmt.Sprintf("no %s is in the %s, where it is by design", e.what, e.place))
		}
	}
	if s.logs < 100 || s.states < 50 || s.plans < 50 {
		told = append(told, fmt.Sprintf("only %d logs, %d states and %d plans were kept, so nothing is shown", s.logs, s.states, s.plans))
	}
	return told
}

// search goes through all that was kept.
type search struct {
	*finder
	leaks               map[leak][]string // where each stands
	logs, states, plans int
}

func (s *search) walk() error {
	files := map[string]string{}
	err := filepath.WalkDir(evidence, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(at)
		files[at[len(evidence)+1:]] = string(content)
		return err
	})
	if err != nil {
		return err
	}
	for at, content := range files {
		if isState(at) {
			harvest(content)
		}
	}
	s.finder = known.finder()
	for _, at := range sortedKeys(files) {
		if err := s.file(at, files[at]); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	return nil
}

func (s *search) file(at, content string) error {
	switch folder, name, _ := strings.Cut(at, string(filepath.Separator)); {
	case folder == "logs":
		s.logs++
		s.text("log", name, content)
	case folder == "output":
		s.text("output of "+filepath.Ext(name)[1:], name, content)
	case folder == "protocol":
		s.text("protocol data", name, content)
	case isState(at):
		s.states++
		return s.state(name, content)
	case strings.HasPrefix(content, "PK"):
		s.plans++
		return s.plan(name, content)
	default:
		s.text("file "+filepath.Base(name), name, content)
	}
	return nil
}

// What looks like a secret that nobody told of.
var (
	jwtPattern = regexp.MustCompile(`eyJ[\w-]{8,}\.[\w-]{8,}`)
	keyPattern = regexp.MustCompile(`PRIVATE KEY-----[\\nr\s]*[A-Za-z0-9+/]{16}`)
)

// text looks through what is not taken apart any further.
func (s *search) text(place, file, text string) {
	tell := func(what string, at int) {
		begin := 1 + strings.LastIndexByte(text[:at], '\n')
		found := leak{place, what}
		if place == "log" {
			found.place += kind(text[begin:at])
		}
		s.leaks[found] = append(s.leaks[found], fmt.Sprintf("%s: %s", file, masked(text[max(begin, at-200):at])))
	}
	s.find(text, tell)
	for _, at := range jwtPattern.FindAllStringIndex(text, -1) {
		tell("unknown token or assertion", at[0])
	}
	for _, at := range keyPattern.FindAllStringIndex(text, -1) {
		tell("unknown key", at[0])
	}
}

// kind is the sort of a line of a log by what it begins with, if it is one of
// those in which the CLI itself writes secrets.
func kind(line string) string {
	switch {
	case strings.Contains(line, " CLI args: "), strings.Contains(line, " CLI command args: "):
		return " of the command line"
	case strings.Contains(line, " UpgradeResourceState: ignoring dynamic block: "):
		return " of a dynamic attribute"
	}
	return ""
}

var secretive = regexp.MustCompile(`[\w+/=%-]{16,}|[^\s"=]+$`)

// masked is the text before a secret without what can be a secret, too, or its
// beginning.
func masked(text string) string { return secretive.ReplaceAllString(text, "***") }

package acctest

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// leak is the description of a secret, and the place in which the secret was found.
type leak struct{ place, what string }

// AllowedPlace is a place where Terraform itself, or the author of a configuration,
// stores or prints a secret.
type AllowedPlace struct {
	// Place is the place as a failed run reports it, such as "state, outputs".
	Place string
	// Secret is a word in the description of the secret, such as "token". If it is empty,
	// any secret is allowed.
	Secret string
	// Reason explains why the secret is allowed in this place.
	Reason string
}

func (a AllowedPlace) covers(l leak) bool {
	return a.Place == l.place && strings.Contains(l.what, a.Secret)
}

// findLeaks searches the evidence for the secrets of the run, and describes each secret
// that is not in an allowed place. After a complete run that passed, it also describes
// each allowed place that contains no secret.
func findLeaks(allowed []AllowedPlace, passed bool) (found []string) {
	if evidence == "" {
		return nil
	}
	runSecrets.addWorld()
	s := &search{leaks: map[leak][]string{}}
	if err := s.walk(evidence); err != nil {
		return []string{err.Error()}
	}
	for l, where := range s.leaks {
		if !slices.ContainsFunc(allowed, func(a AllowedPlace) bool { return a.covers(l) }) {
			found = append(
				found,
				fmt.Sprintf("found the %s %d times in the %s, first in %s", l.what, len(where), l.place, where[0]),
			)
		}
	}
	complete := flag.Lookup("test.run").Value.String()+flag.Lookup("test.skip").Value.String() == ""
	if !passed || !complete {
		return found
	}
	for _, a := range allowed {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(s.leaks)), a.covers) {
			found = append(found, fmt.Sprintf("no secret with %q in its description was found in the %s",
				a.Secret, a.Place))
		}
	}
	if s.logs < 100 || s.states < 50 || s.plans < 50 {
		found = append(
			found,
			fmt.Sprintf(
				"the leak search is not meaningful: it covered only %d logs, %d states and %d plans",
				s.logs,
				s.states,
				s.plans,
			),
		)
	}
	return found
}

// search searches the evidence for secrets.
type search struct {
	*finder
	leaks               map[leak][]string // locations of each leak
	logs, states, plans int               // number of files that were searched
}

// walk searches each file below a folder. Before that, it adds the secrets in the state
// files to the secrets of the run.
func (s *search) walk(folder string) error {
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		files[path[len(folder)+1:]] = string(content)
		return err
	})
	if err != nil {
		return err
	}
	for path, content := range files {
		if isState(path) {
			addStateSecrets(content)
		}
	}
	s.finder = runSecrets.finder()
	for _, path := range SortedKeys(files) {
		if err := s.file(path, files[path]); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// file searches a file of the evidence.
func (s *search) file(path, content string) error {
	switch folder, name, _ := strings.Cut(path, string(filepath.Separator)); {
	case folder == logFolder:
		s.logs++
		s.text("log", name, content)
	case folder == outputFolder:
		s.text("output of "+filepath.Ext(name)[1:], name, content)
	case folder == protocolFolder:
		s.text("protocol data", name, content)
	case isState(path):
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

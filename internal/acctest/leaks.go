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

// leak describes a secret and the place where it was found.
type leak struct{ place, what string }

// AllowedPlace is a place where a secret is allowed, because Terraform itself or the author of a
// configuration stores or prints it there.
type AllowedPlace struct {
	// Place is the name of the place as a failed run reports it, such as "state, outputs".
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

// findLeaks searches artifactFolder for the run's secrets, and describes each secret that is not
// in an allowed place. After a complete run that passed, it also reports each allowed place without
// a secret, and a search that covered too few files.
func findLeaks(allowed []AllowedPlace, passed bool) (found []string) {
	if artifactFolder == "" {
		return nil
	}
	runSecrets.addWorld()
	s := &search{leaks: map[leak][]string{}}
	if err := s.walk(artifactFolder); err != nil {
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
			found = append(found, fmt.Sprintf("the %s is an allowed place, but contains no secret with %q in its description",
				a.Place, a.Secret))
		}
	}
	if s.logs < 100 || s.states < 50 || s.plans < 50 {
		found = append(
			found,
			fmt.Sprintf(
				"searched only %d logs, %d states and %d plans, want at least 100, 50 and 50",
				s.logs,
				s.states,
				s.plans,
			),
		)
	}
	return found
}

// search is a search for secrets in artifactFolder.
type search struct {
	*finder
	leaks               map[leak][]string // locations, keyed by leak
	logs, states, plans int               // numbers of searched files
}

// walk searches each file in a folder and its subfolders. Before that, it adds the secrets in the
// state files to the run's secrets.
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

// file searches one file. path is relative to artifactFolder.
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

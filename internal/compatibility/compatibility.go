// Package compatibility declares what works with which versions of Terraform and
// OpenTofu.
//
// TestAccCompatibility compares the declarations with the behavior of a CLI, and
// docs/compatibility.md is rendered from them ([Page]). The command matrix does both for
// each CLI in tools/.
package compatibility

import "github.com/hashicorp/go-version"

// The names of the CLIs.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// CLI is a version of Terraform or OpenTofu.
type CLI struct {
	Name    string
	Version *version.Version
}

// String returns the name and the version: "Terraform 1.11.4".
func (c CLI) String() string { return c.Name + " " + c.Version.String() }

// Feature is a way to use the provider.
type Feature struct {
	Name       string            // of the subtest of TestAccCompatibility
	Title      string            // of the row in the table; Markdown
	Since      map[string]string // the first version of each CLI; an absent CLI has no such version
	Exceptions []Exception
}

// Exception is a range of versions in which a feature does not work, although the CLI
// has it.
type Exception struct {
	CLI          string
	From, Before string // first affected version, and first fixed one, "" if there is none yet
	Effect       string // what the user of this version observes; sentences
	Output       string // part of the output or of the error of the CLI
	Upstream     string // URL of the issue or the pull request
}

// Has reports whether a CLI has the feature, whether or not it works.
func (f Feature) Has(c CLI) bool {
	since, ok := f.Since[c.Name]
	return ok && !c.isBefore(since)
}

// Exception returns the exception that applies to a CLI, or nil.
func (f Feature) Exception(c CLI) *Exception {
	for i, e := range f.Exceptions {
		if e.CLI == c.Name && !c.isBefore(e.From) && (e.Before == "" || c.isBefore(e.Before)) {
			return &f.Exceptions[i]
		}
	}
	return nil
}

// Works reports whether the feature works with a CLI.
func (f Feature) Works(c CLI) bool { return f.Has(c) && f.Exception(c) == nil }

// isBefore reports whether the version of the CLI precedes a version.
func (c CLI) isBefore(text string) bool {
	return c.Version.Core().LessThan(version.Must(version.NewVersion(text)))
}

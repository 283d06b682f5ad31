// Package compatibility declares which features work with which versions of Terraform
// and OpenTofu.
//
// TestAccCompatibility compares the declarations with the behavior of a CLI, and [Page] renders
// docs/compatibility.md from the declarations. The matrix command runs the test with each CLI that
// it is given, and writes the page.
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

// String returns the name and the version, such as "Terraform 1.11.4".
func (c CLI) String() string { return c.Name + " " + c.Version.String() }

// Feature is a capability of the provider that depends on the CLI.
type Feature struct {
	Name       string            // name of the subtest of TestAccCompatibility
	Title      string            // title of the row in the table, in Markdown
	Since      map[string]string // first version that has the feature, keyed by CLI; no entry if none has it
	Exceptions []Exception
}

// Exception is a range of versions in which a feature does not work, although the CLI
// has the feature.
type Exception struct {
	CLI          string
	From, Before string // first affected version; first fixed version, or "" if no version is fixed
	Effect       string // what users of an affected version observe, in one or more sentences
	Output       string // part of the CLI's output or error
	Upstream     string // URL of the issue or pull request
}

// Has reports whether a CLI has the feature, even if an exception applies to the CLI.
func (f Feature) Has(c CLI) bool {
	since, ok := f.Since[c.Name]
	return ok && !c.isBefore(since)
}

// Exception returns the exception that applies to a CLI, or nil if none does.
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

// isBefore reports whether the CLI is older than the given version. A pre-release of the CLI counts
// as the release.
func (c CLI) isBefore(other string) bool {
	return c.Version.Core().LessThan(version.Must(version.NewVersion(other)))
}

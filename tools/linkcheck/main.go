// Command linkcheck finds broken links in the Markdown files of a folder: links to missing
// files, links to missing headings, and links to addresses that are not https URLs. It must
// not send requests, so it does not check links to other sites.
//
// The folder is the root of this repository. The Terraform registry also publishes pages of
// docs/. It serves each page without ".md", and removes ".md" from links. A link works both
// on GitHub and on the registry if it follows these rules:
//
//   - A link from one folder of docs/ to another is relative: "../data-sources/jwks.md".
//   - The registry does not have the other files of the repository. A link to such a file
//     starts with https://github.com/zitadel-tokens/terraform-provider-zitadel/blob/main/. A
//     link to an image starts with https://raw.githubusercontent.com/. The targets of both
//     are checked in the folder.
//   - The registry serves docs/index.md as ".../latest/docs", without a slash at the end.
//     A relative link on this page resolves to a different URL than on GitHub, so the page
//     contains only absolute links. The targets of links to the registry are also checked in
//     the folder.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: linkcheck FOLDER")
		os.Exit(2)
	}
	problems, err := check(os.DirFS(os.Args[1]))
	if err != nil {
		problems = append(problems, err.Error())
	}
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

// Prefixes of the URLs of the files in the folder.
const (
	repository = "https://github.com/zitadel-tokens/terraform-provider-zitadel"
	rawFiles   = "https://raw.githubusercontent.com/zitadel-tokens/terraform-provider-zitadel"
	registry   = "https://registry.terraform.io/providers/zitadel-tokens/zitadel/latest/docs"
)

// check returns the problems with the links in all Markdown files.
func check(files fs.FS) (problems []string, err error) {
	pages := map[string]*page{}
	err = fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(name, ".") && name != "." && name != ".github":
			return fs.SkipDir
		case entry.IsDir() || path.Ext(file) != ".md":
			return nil
		}
		source, err := fs.ReadFile(files, file)
		pages[file] = parsePage(source)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, errors.New("no Markdown files were found")
	}
	for file, p := range pages {
		for _, l := range p.links {
			if err := checkLink(files, pages, file, l.target); err != nil {
				problems = append(problems, fmt.Sprintf("%s:%d: %s: %v", file, l.line, l.target, err))
			}
		}
	}
	slices.Sort(problems)
	return problems, nil
}

// checkLink returns an error if the link from one file to a target is broken.
func checkLink(files fs.FS, pages map[string]*page, from, target string) error {
	u, err := url.Parse(target)
	if err != nil {
		return errors.New("invalid URL")
	}
	to := from
	switch {
	case u.Scheme == "mailto":
		return nil
	case u.IsAbs() || u.Host != "":
		if to, err = localFile(u); to == "" {
			return err
		}
	case strings.HasPrefix(u.Path, "/"):
		return errors.New("use a path relative to the page, or an https URL")
	case u.Path != "":
		to = path.Join(path.Dir(from), u.Path)
		if from == "docs/index.md" {
			return fmt.Errorf("relative links from this page do not work on the registry: use %s or %s/blob/main",
				registry, repository)
		}
	}
	if _, err := fs.Stat(files, to); err != nil {
		return fmt.Errorf("%s does not exist", to)
	}
	if relative := !u.IsAbs(); relative && onRegistry(from) && !onRegistry(to) {
		prefix := repository + "/blob/main/"
		if path.Ext(to) == ".svg" || path.Ext(to) == ".png" {
			prefix = rawFiles + "/main/"
		}
		return fmt.Errorf("the registry does not have this file: use %s%s", prefix, to)
	}
	if p := pages[to]; p != nil && u.Fragment != "" && !p.anchors[u.Fragment] {
		return fmt.Errorf("%s has no heading %q", to, u.Fragment)
	}
	return nil
}

// localFile returns the path, in the folder, of the file to which a URL refers. It returns ""
// if the URL refers to another site, and an error if it is not an https URL.
func localFile(u *url.URL) (string, error) {
	if u.Scheme != "https" || u.Host == "" {
		return "", errors.New("use an https URL, or format it as code")
	}
	address := u.Scheme + "://" + u.Host + u.Path
	for _, prefix := range []string{
		repository + "/blob/main/", repository + "/tree/main/", repository + "/raw/main/", rawFiles + "/main/",
	} {
		if file, ok := strings.CutPrefix(address, prefix); ok {
			return path.Clean(file), nil
		}
	}
	if page, ok := strings.CutPrefix(address, registry); ok {
		if page == "" {
			page = "/index"
		}
		return "docs" + page + ".md", nil
	}
	return "", nil
}

// onRegistry reports whether the registry publishes a file.
func onRegistry(file string) bool {
	if file == "docs/index.md" {
		return true
	}
	folders := []string{"data-sources", "ephemeral-resources", "functions", "guides", "resources"}
	folder, found := strings.CutPrefix(path.Dir(file), "docs/")
	return found && path.Ext(file) == ".md" && slices.Contains(folders, folder)
}

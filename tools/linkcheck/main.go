// Command linkcheck looks for links in the Markdown files of a folder that lead
// nowhere: to a file that is not there, to a heading that a page does not have,
// to an address that is no https URL. It makes no request.
//
// The folder is this repository, whose docs/ the Terraform registry shows, too.
// A page is served there without its ".md", which the registry takes off links as
// well, so that one link serves on both sites. So:
//
//   - From one folder of docs/ to another, link with "../data-sources/jwks.md".
//   - The registry has those pages only. To any other file, also for an image, link
//     with https://github.com/zitadel-tokens/terraform-provider-zitadel/blob/main/...
//     (for an image raw.githubusercontent.com), which is looked up in this folder.
//   - docs/index.md is served as ".../latest/docs", without a slash at its end, so a
//     relative link from it leads to one place on the registry and to another one
//     on GitHub. It links with whole addresses, those of the registry included,
//     which are looked up here as well.
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
		fmt.Fprintln(os.Stderr, "usage: linkcheck folder")
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

// Where the files of the repository are, besides in the folder.
const (
	repository = "https://github.com/zitadel-tokens/terraform-provider-zitadel"
	raw        = "https://raw.githubusercontent.com/zitadel-tokens/terraform-provider-zitadel"
	registry   = "https://registry.terraform.io/providers/zitadel-tokens/zitadel/latest/docs"
)

// check returns what is wrong with the links of all Markdown files.
func check(files fs.FS) (problems []string, err error) {
	pages := map[string]*page{}
	err = fs.WalkDir(files, ".", func(at string, entry fs.DirEntry, err error) error {
		switch name := entry.Name(); {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(name, ".") && name != "." && name != ".github":
			return fs.SkipDir
		case entry.IsDir() || path.Ext(at) != ".md":
			return nil
		}
		source, err := fs.ReadFile(files, at)
		pages[at] = read(source)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, errors.New("there is no Markdown file")
	}
	for at, p := range pages {
		for _, l := range p.links {
			if err := follow(files, pages, at, l.target); err != nil {
				problems = append(problems, fmt.Sprintf("%s:%d: %s: %v", at, l.line, l.target, err))
			}
		}
	}
	slices.Sort(problems)
	return problems, nil
}

// follow returns why a link of the page at a path leads nowhere.
func follow(files fs.FS, pages map[string]*page, from, target string) error {
	u, err := url.Parse(target)
	if err != nil {
		return errors.New("this is not a URL")
	}
	to := from
	switch {
	case u.Scheme == "mailto":
		return nil
	case u.IsAbs() || u.Host != "":
		if to, err = local(u); to == "" {
			return err
		}
	case strings.HasPrefix(u.Path, "/"):
		return errors.New("begin with the folder of the page, or with https://")
	case u.Path != "":
		to = path.Join(path.Dir(from), u.Path)
		if from == "docs/index.md" {
			return fmt.Errorf("a relative link cannot serve GitHub and the registry from this page: begin with %s or %s/blob/main", registry, repository)
		}
	}
	if _, err := fs.Stat(files, to); err != nil {
		return fmt.Errorf("there is no %s", to)
	}
	if relative := !u.IsAbs(); relative && onRegistry(from) && !onRegistry(to) {
		at := repository + "/blob/main/"
		if path.Ext(to) == ".svg" || path.Ext(to) == ".png" {
			at = raw + "/main/"
		}
		return fmt.Errorf("the registry does not have this file: write %s%s", at, to)
	}
	if p := pages[to]; p != nil && u.Fragment != "" && !p.anchors[u.Fragment] {
		return fmt.Errorf("%s has no heading %q", to, u.Fragment)
	}
	return nil
}

// local is the file of the repository that an address leads to, "" if it leads
// elsewhere.
func local(u *url.URL) (string, error) {
	if u.Scheme != "https" || u.Host == "" {
		return "", errors.New("write https://, or set it as code")
	}
	address := u.Scheme + "://" + u.Host + u.Path
	for _, prefix := range []string{repository + "/blob/main/", repository + "/tree/main/", repository + "/raw/main/", raw + "/main/"} {
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

// onRegistry reports whether the registry shows a file. It shows what is in the
// folders that it knows.
func onRegistry(at string) bool {
	folder, _ := path.Split(at)
	return at == "docs/index.md" || path.Ext(at) == ".md" &&
		slices.Contains([]string{"docs/data-sources/", "docs/ephemeral-resources/", "docs/functions/", "docs/guides/", "docs/resources/"}, folder)
}

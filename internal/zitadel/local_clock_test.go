package zitadel_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// clockReadings contains the only places outside of tests that are allowed to read the system clock
// or a context's deadline. Each entry consists of a file, a function, and an expression.
var clockReadings = map[string]bool{
	"internal/zitadel/local_clock.go Now time.Now":   true,
	"internal/provider/memory.go Deadline .Deadline": true, // returns the deadline of the call from the CLI
}

// TestClockReadings checks that the provider reads the system clock in only one place, so that a
// test can replace the clock. Code is allowed to wait for a duration (time.NewTimer,
// context.WithTimeout), because the result does not depend on the time that the clock shows. It must
// not wait until a point in time.
func TestClockReadings(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	files := 0
	for _, pattern := range []string{
		"../fault/*.go", "../object/*.go", "../key/*.go", "../token/*.go", "../zitadel/*.go",
		"../provider/*.go", "../provider/message/*.go", "../../*.go",
	} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			files++
			for _, reading := range clockReadingsOf(t, path) {
				found[filepath.ToSlash(filepath.Clean(filepath.Join("internal/zitadel", path)))+" "+reading] = true
			}
		}
	}
	if files < 50 {
		t.Errorf("found only %d files, want at least 50", files)
	}
	for _, reading := range slices.Sorted(maps.Keys(found)) {
		if !clockReadings[reading] {
			t.Errorf("%s: use Client.now, Client.ServerTime or session.now instead", reading)
		}
	}
	for _, reading := range slices.Sorted(maps.Keys(clockReadings)) {
		if !found[reading] {
			t.Errorf("%s: not found in the sources; delete this entry from clockReadings", reading)
		}
	}
}

// clockReadingsOf returns the places in a file that read the system clock or a deadline, as
// clockReadings describes them but without the file.
func clockReadingsOf(t *testing.T, path string) (readings []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{} // maps package names in this file to import paths
	for _, spec := range file.Imports {
		at := strings.Trim(spec.Path.Value, `"`)
		name := at
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if (at == "time" || at == "context") && name == "." {
			readings = append(readings, "- import . "+at)
		}
		packages[name] = at
	}
	for _, declaration := range file.Decls {
		function := "-"
		if f, ok := declaration.(*ast.FuncDecl); ok {
			function = f.Name.Name
		}
		ast.Inspect(declaration, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			qualifier := ""
			if name, ok := selector.X.(*ast.Ident); ok {
				qualifier = packages[name.Name]
			}
			switch called := qualifier + "." + selector.Sel.Name; called {
			case "time.Now", "time.Since", "time.Until", "time.Tick", "time.After",
				"context.WithDeadline", "context.WithDeadlineCause":
				readings = append(readings, function+" "+called)
			default:
				if selector.Sel.Name == "Deadline" && qualifier == "" {
					readings = append(readings, function+" .Deadline")
				}
			}
			return true
		})
	}
	return readings
}

func TestLocalClock(t *testing.T) {
	t.Parallel()
	var system zitadel.LocalClock
	if before, now := time.Now(), system.Now(); now.Before(before) || now.Sub(before) > time.Minute {
		t.Errorf("the system clock shows %s, want about %s", now, before)
	}
	fixed := time.Date(2030, 1, 31, 12, 0, 0, 0, time.UTC)
	if now := zitadel.LocalClock(func() time.Time { return fixed }).Now(); !now.Equal(fixed) {
		t.Errorf("the clock shows %s, want %s", now, fixed)
	}
}

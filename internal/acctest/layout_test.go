package acctest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestLayout checks that the provider's acceptance tests are in files whose names end in
// _acc_test.go, that its other tests are not, and that each test file contains a test. It also
// checks that acceptance tests run their subtests through acctest.Subtests.
func TestLayout(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "provider", "*_test.go"))
	if err != nil || len(paths) < 50 {
		t.Fatalf("found %d test files (error %v), want at least 50", len(paths), err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		tests := 0
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Recv != nil || !isTest(function.Name.Name) {
				continue
			}
			tests++
			acceptance := isAcceptanceTest(function.Name.Name)
			if acceptance != strings.HasSuffix(name, "_acc_test.go") {
				t.Errorf("%s is in %s: acceptance tests, and no other tests, belong in files named *_acc_test.go",
					function.Name.Name, name)
			}
			if acceptance && callsRun(function) {
				t.Errorf(
					"%s calls t.Run: use acctest.Subtests, which skips the test if all subtests are skipped",
					function.Name.Name,
				)
			}
		}
		if tests == 0 && name != "export_test.go" {
			t.Errorf("%s contains no test: move its helpers to internal/acctest, or to the file of the test that uses them",
				name)
		}
	}
}

func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Benchmark")
}

// isAcceptanceTest reports whether a name matches ^TestAcc[A-Z], the pattern that "make testlive"
// uses.
func isAcceptanceTest(name string) bool {
	rest, ok := strings.CutPrefix(name, "TestAcc")
	return ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z'
}

// callsRun reports whether a function contains a call to t.Run.
func callsRun(function *ast.FuncDecl) (found bool) {
	ast.Inspect(function, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		receiver, ok := selector.X.(*ast.Ident)
		found = found || ok && receiver.Name == "t" && selector.Sel.Name == "Run"
		return true
	})
	return found
}

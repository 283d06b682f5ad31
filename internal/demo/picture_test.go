package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccPicture checks that the picture in docs/ shows the current output of Terraform.
func TestAccPicture(t *testing.T) {
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" || cli == "" {
		t.Skip("TF_ACC or TF_ACC_TERRAFORM_PATH is not set")
	}
	if name := strings.TrimSuffix(filepath.Base(cli), ".exe"); name != "terraform" {
		t.Skipf("the picture shows terraform, not %s", name)
	}
	t.Chdir(filepath.Join("..", ".."))
	d := &demonstration{ctx: t.Context(), cli: cli, folder: t.TempDir()}
	got, err := d.picture()
	if err != nil {
		t.Fatal(err)
	}
	if want, err := os.ReadFile(pictureFile); err != nil || got != string(want) {
		t.Errorf("%s is out of date. Run \"make demo-picture\" (error %v). Want:\n%s", pictureFile, err, got)
	}
}

func TestParseTerminal(t *testing.T) {
	lines, err := parseTerminal("a\x1b[31m│\x1b[0m \x1b[1m\x1b[4mb\x1b[0m\n\nc")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]character{
		{{'a', style{}}, {'│', style{red: true}}, {' ', style{}}, {'b', style{bold: true, underlined: true}}},
		nil,
		{{'c', style{}}},
	}
	if len(lines) != len(want) {
		t.Fatalf("got %v, want %v", lines, want)
	}
	for i := range want {
		if len(lines[i]) != len(want[i]) {
			t.Fatalf("line %d: got %v, want %v", i, lines[i], want[i])
		}
		for j := range want[i] {
			if lines[i][j] != want[i][j] {
				t.Errorf("line %d: got %v, want %v", i, lines[i][j], want[i][j])
			}
		}
	}
	for _, unsupported := range []string{"\x1b[35m", "\x1b[2J", "\t"} {
		if _, err := parseTerminal(unsupported); err == nil {
			t.Errorf("parseTerminal(%q) returned no error", unsupported)
		}
	}
}

func TestWrap(t *testing.T) {
	for line, want := range map[string]string{
		"":                    "",
		"fits":                "fits",
		"│   - one two three": "│   - one two|│     three",
		"a-word-that-is-long": "a-word-that-is|-long",
	} {
		parsed, err := parseTerminal(line + "\n")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, wrapped := range wrap(parsed[0], 14) {
			var text strings.Builder
			for _, c := range wrapped {
				text.WriteRune(c.char)
			}
			got = append(got, text.String())
		}
		if joined := strings.Join(got, "|"); joined != want {
			t.Errorf("%q is wrapped as %q, want %q", line, joined, want)
		}
	}
}

func TestRenderSVG(t *testing.T) {
	lines, err := parseTerminal("  <a> \x1b[1;31mb\x1b[0m\n")
	if err != nil {
		t.Fatal(err)
	}
	svg := renderSVG("A & B", lines)
	for _, want := range []string{
		"<title>A &amp; B</title>",
		`<text x="32" y="57.5" textLength="24" xml:space="preserve">&lt;a&gt;</text>`,
		`<text x="64" y="57.5" class="b r" xml:space="preserve">b</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s is missing from\n%s", want, svg)
		}
	}
}

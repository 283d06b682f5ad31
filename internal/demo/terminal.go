package main

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// terminalWidth is the width of the terminal in the picture, in characters.
const terminalWidth = 100

// style is the style of a character.
type style struct{ bold, underlined, red bool }

// character is a character in the terminal.
type character struct {
	char  rune
	style style
}

// escapePattern matches the control sequences that the CLIs use to set the style.
var escapePattern = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// parseTerminal returns the lines of terminal output that may contain control sequences for
// bold, underlined and red text. It returns an error for other control sequences.
func parseTerminal(output string) (lines [][]character, err error) {
	var current style
	var line []character
	for output != "" {
		if found := escapePattern.FindStringSubmatchIndex(output); found != nil && found[0] == 0 {
			if current, err = current.after(output[found[2]:found[3]]); err != nil {
				return nil, err
			}
			output = output[found[1]:]
			continue
		}
		char := []rune(output)[0]
		output = strings.TrimPrefix(output, string(char))
		switch {
		case char == '\n':
			lines, line = append(lines, line), nil
		case char < ' ':
			return nil, fmt.Errorf("unsupported control character %q", char)
		default:
			line = append(line, character{char, current})
		}
	}
	if len(line) > 0 {
		lines = append(lines, line)
	}
	return lines, nil
}

// after returns the style that results from applying a control sequence with the given parameters to
// s. It returns an error if a parameter is not supported.
func (s style) after(parameters string) (style, error) {
	for code := range strings.SplitSeq(parameters, ";") {
		switch code {
		case "", "0":
			s = style{}
		case "1":
			s.bold = true
		case "4":
			s.underlined = true
		case "31":
			s.red = true
		default:
			return s, fmt.Errorf("unsupported style %q", code)
		}
	}
	return s, nil
}

// wrap breaks a line into lines of at most width characters, at spaces if possible. All
// lines have the border and the indentation of the first line.
func wrap(line []character, width int) (lines [][]character) {
	indent := slices.IndexFunc(line, func(c character) bool { return !strings.ContainsRune("│ -", c.char) })
	indent = min(max(indent, 0), width/2)
	prefix := slices.Clone(line[:indent])
	for i, c := range prefix {
		if c.char == '-' {
			prefix[i].char = ' '
		}
	}
	for len(line) > width {
		end := width
		for i := width; i > indent; i-- {
			if line[i].char == ' ' {
				end = i
				break
			}
		}
		lines = append(lines, line[:end])
		rest := line[end:]
		if rest[0].char == ' ' {
			rest = rest[1:]
		}
		line = slices.Concat(prefix, rest)
	}
	return append(lines, line)
}

// Sizes of the picture in pixels.
const (
	charWidth  = 8.0
	lineHeight = 18.0
	margin     = 16.0
	titleBar   = 28.0
)

// renderSVG returns a picture of a terminal that shows the lines of output. title describes
// the picture to readers who cannot see it.
func renderSVG(title string, output [][]character) string {
	var lines [][]character
	for _, line := range output {
		lines = append(lines, wrap(line, terminalWidth)...)
	}
	width := 2*margin + terminalWidth*charWidth
	height := titleBar + 2*margin + float64(len(lines))*lineHeight
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" width="%[1]g" height="%[2]g" role="img">
<title>%[3]s</title>
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; fill: #e6edf3; }
.b { font-weight: bold; }
.u { text-decoration: underline; }
.r { fill: #ff7b72; }
</style>
<rect width="%[1]g" height="%[2]g" rx="8" fill="#161b22"/>
<circle cx="20" cy="16" r="5" fill="#ff5f56"/><circle cx="38" cy="16" r="5" fill="#ffbd2e"/>
<circle cx="56" cy="16" r="5" fill="#27c93f"/>
`, width, height, escapeXML(title))
	for i, line := range lines {
		y := titleBar + margin + (float64(i)+0.75)*lineHeight
		for start := 0; start < len(line); {
			end := start
			for end < len(line) && line[end].style == line[start].style {
				end++
			}
			writeSpan(&svg, start, y, line[start:end])
			start = end
		}
	}
	svg.WriteString("</svg>\n")
	return svg.String()
}

// writeSpan writes characters that have the same style, starting at the given column. It
// sets the width of the text, so that columns are aligned in every font.
func writeSpan(svg *strings.Builder, column int, y float64, span []character) {
	var text strings.Builder
	for _, c := range span {
		text.WriteRune(c.char)
	}
	content := strings.TrimRight(text.String(), " ")
	trimmed := strings.TrimLeft(content, " ")
	if trimmed == "" {
		return
	}
	column += len(content) - len(trimmed) // the number of leading spaces
	count := len([]rune(trimmed))
	attributes := ""
	if classes := span[0].style.classes(); classes != "" {
		attributes = fmt.Sprintf(" class=%q", classes)
	}
	if count > 1 {
		attributes += fmt.Sprintf(` textLength="%g"`, float64(count)*charWidth)
	}
	fmt.Fprintf(svg, "<text x=\"%g\" y=\"%g\"%s xml:space=\"preserve\">%s</text>\n",
		margin+float64(column)*charWidth, y, attributes, escapeXML(trimmed))
}

// classes returns the classes of the style in the style sheet, separated by spaces.
func (s style) classes() string {
	var names []string
	if s.bold {
		names = append(names, "b")
	}
	if s.underlined {
		names = append(names, "u")
	}
	if s.red {
		names = append(names, "r")
	}
	return strings.Join(names, " ")
}

// escapeXML escapes text for XML.
func escapeXML(text string) string {
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a strings.Builder never returns an error
	return strings.ReplaceAll(escaped.String(), "&#34;", `"`)
}

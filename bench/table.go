package bench

import (
	"fmt"
	"strings"
)

// Row returns a row of a Markdown table.
func Row(cells ...any) string {
	var row strings.Builder
	for _, cell := range cells {
		fmt.Fprintf(&row, "| %v ", cell)
	}
	return row.String() + "|\n"
}

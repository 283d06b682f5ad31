package key

import (
	"encoding/pem"
	"strings"
)

// RepairPEM returns the PEM blocks in text with the line breaks that the format requires (RFC 7468),
// and without the text around the blocks. The line breaks in text can be missing, doubled, escaped,
// or replaced by other whitespace. RepairPEM returns text unchanged if it contains no block, or if a
// block cannot be decoded or has an encryption header (RFC 1421).
func RepairPEM(text string) string {
	var repaired strings.Builder
	for rest := text; strings.Contains(rest, pemBegin); {
		block, trailing := looseBlock(rest)
		if block == nil { // of a type that is not known
			var hasEnd bool
			if _, rest, hasEnd = strings.Cut(rest, pemEnd); !hasEnd {
				return text
			}
			continue
		}
		if block.Bytes == nil || len(block.Headers) > 0 {
			return text
		}
		if err := pem.Encode(&repaired, block); err != nil {
			return text
		}
		rest = trailing
	}
	if repaired.Len() == 0 {
		return text
	}
	return repaired.String()
}

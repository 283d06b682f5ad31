package pasted

import "strings"

// The names of steps. The "steps" value of a fault, a []string, describes how to extract a key JSON
// or other content from a document. The first step applies to the text of the document. Each later
// step applies to the result of the step before it. Each step converts text to text, unless its
// comment specifies other types. A name that ends with a colon is followed by an argument.
const (
	StepTrimSpace   = "trim-space" // remove whitespace from both ends
	StepTrim        = "trim:"      // remove the given character from both ends
	StepPrefix      = "prefix:"    // remove the given text from the beginning
	StepCompact     = "compact"    // remove all whitespace
	StepPlus        = "plus"       // replace each space with a plus sign
	StepPercent     = "percent"    // decode "%2B", "%2F" and "%3D"
	StepNoMark      = "bom"        // remove the byte order mark
	StepJoin        = "join"       // replace each sequence of whitespace with a space
	StepUndouble    = "undouble"   // replace each doubled quote with a single one
	StepQuote       = "quote"      // add quotes at both ends
	StepPart        = "part"       // keep only the part from the first "{" to the last "}"
	StepStandard    = "standard"   // replace the characters of base64url with those of base64
	StepPad         = "pad:"       // append the given padding, "=" or "=="
	StepBase64      = "base64"     // decode base64
	StepUTF16Little = "utf-16le"   // decode little-endian UTF-16
	StepUTF16Big    = "utf-16be"   // decode big-endian UTF-16
	StepEncode      = "encode"     // value to text: encode as JSON
	StepJSON        = "json"       // text to value: decode JSON
	StepYAML        = "yaml"       // text to value: decode YAML
	StepMember      = "member:"    // value to value: select the member with the given name
	StepElement     = "element:"   // value to value: select the element at the zero-based index
)

// CutStep returns the name of a step, which is one of the constants above, and its argument. The
// argument is "" if the step has none.
func CutStep(step string) (name, argument string) {
	end := strings.IndexByte(step, ':') + 1
	if end == 0 {
		end = len(step)
	}
	return step[:end], step[end:]
}

// Steps returns the steps that convert value into clean, which are [StepNoMark], [StepTrimSpace] or
// both. It returns nil if no step is necessary, or if these steps do not result in clean.
func Steps(value, clean string) (steps []string) {
	if text, isMarked := strings.CutPrefix(value, "\ufeff"); isMarked {
		steps, value = append(steps, StepNoMark), text
	}
	if text := strings.TrimSpace(value); text != value {
		steps, value = append(steps, StepTrimSpace), text
	}
	if value != clean {
		return nil
	}
	return steps
}

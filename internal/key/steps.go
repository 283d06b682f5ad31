package key

import (
	"slices"
	"strconv"
)

// A fault may have the value "steps", a []string. The steps describe how to extract a key JSON
// or other content from a document. The first step applies to the text of the document. Each
// later step applies to the result of the step before it. If a step has an argument, a colon
// separates its name from the argument.
const (
	// Each step converts text to text, unless its comment specifies other types.
	stepTrimSpace   = "trim-space" // remove whitespace from both ends
	stepTrim        = "trim:"      // remove the given character from both ends
	stepPrefix      = "prefix:"    // remove the given text from the beginning
	stepCompact     = "compact"    // remove all whitespace
	stepPlus        = "plus"       // replace each space with a plus sign
	stepPercent     = "percent"    // decode "%2B", "%2F" and "%3D"
	stepNoMark      = "bom"        // remove the byte order mark
	stepJoin        = "join"       // replace each sequence of whitespace with a space
	stepUndouble    = "undouble"   // replace each doubled quote with one
	stepQuote       = "quote"      // add quotes at both ends
	stepPart        = "part"       // keep only the part from the first "{" to the last "}"
	stepStandard    = "standard"   // replace the characters of base64url with those of base64
	stepPad         = "pad:"       // append the given padding, "=" or "=="
	stepBase64      = "base64"     // decode base64
	stepUTF16Little = "utf-16le"   // decode little-endian UTF-16
	stepUTF16Big    = "utf-16be"   // decode big-endian UTF-16
	stepEncode      = "encode"     // value to text: encode as JSON
	stepJSON        = "json"       // text to value: decode JSON
	stepYAML        = "yaml"       // text to value: decode YAML
	stepMember      = "member:"    // value to value: select the member with the given name
	stepElement     = "element:"   // value to value: select the element at the zero-based index
)

const (
	maxMemberName = 63 // maximum length of a name in a step, in bytes
	longestPart   = 16 // a member name of this length or longer is not shown if the private key contains it
)

// path is a list of steps. Its methods return extended copies.
type path []string

func (p path) add(steps ...string) path { return append(slices.Clip(p), steps...) }

func (p path) element(i int) path { return p.add(stepElement + strconv.Itoa(i)) }

func (p path) member(name string) path { return p.add(stepMember + name) }

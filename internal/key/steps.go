package key

import (
	"slices"
	"strconv"
)

// A fault of a document that contains a key JSON in another form has the value "steps",
// a []string: what to do to the document, in this order, to get the key JSON. Each step
// applies to the result of the one before it; the first one, to the text of the
// document. A step with an argument has a colon between its name and the argument.
const (
	// Text to text.
	stepTrimSpace   = "trim-space" // remove whitespace from both ends
	stepTrim        = "trim:"      // remove the character from both ends
	stepPrefix      = "prefix:"    // remove the text from the beginning
	stepCompact     = "compact"    // remove all whitespace
	stepNoMark      = "bom"        // remove the byte order mark
	stepJoin        = "join"       // replace each sequence of whitespace with a space
	stepUndouble    = "undouble"   // replace two quotation marks with one
	stepQuote       = "quote"      // add quotation marks at both ends
	stepPart        = "part"       // the part from the first "{" to the last "}"
	stepStandard    = "standard"   // replace the characters of base64url with those of base64
	stepPad         = "pad:"       // add as many characters "="
	stepBase64      = "base64"     // decode base64
	stepUTF16Little = "utf-16le"   // decode UTF-16, the low byte first
	stepUTF16Big    = "utf-16be"   // decode UTF-16, the high byte first
	stepEncode      = "encode"     // value to text: encode as JSON
	stepJSON        = "json"       // text to value: decode JSON
	stepYAML        = "yaml"       // text to value: decode YAML
	stepMember      = "member:"    // value to value: the member with the name
	stepElement     = "element:"   // value to value: the element with the index, from 0
)

const (
	maxMemberName = 63 // length of a name in a step, in bytes
	longestPart   = 16 // a name of this length that is a part of a key is not shown
)

// path is a list of steps. Its methods return longer copies.
type path []string

func (p path) add(steps ...string) path { return append(slices.Clip(p), steps...) }

func (p path) element(i int) path { return p.add(stepElement + strconv.Itoa(i)) }

func (p path) member(name string) path { return p.add(stepMember + name) }

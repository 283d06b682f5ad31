package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// check validates a string with a function that returns nil or a fault. The fault must not
// contain the string if the string may be a secret.
type check struct{ validate func(string) error }

var _ validator.String = check{}

// valid returns a [check] that calls validate.
func valid(validate func(string) error) validator.String { return check{validate} }

// Description implements [validator.Describer].
func (check) Description(context.Context) string { return "the value must be valid" }

// MarkdownDescription implements [validator.Describer].
func (c check) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// checkString applies validators to a value that is not part of the configuration, such as
// the value of an environment variable, and returns the first fault. It skips validators
// that are not a [check].
func checkString(validators []validator.String, text string) error {
	for _, each := range validators {
		if c, ok := each.(check); ok {
			if err := c.validate(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// numberBetween validates that a whole number is between least and most, inclusive.
type numberBetween struct{ least, most int64 }

var _ validator.Int64 = numberBetween{}

// Description implements [validator.Describer].
func (n numberBetween) Description(context.Context) string {
	return fmt.Sprintf("the value must be between %d and %d", n.least, n.most)
}

// MarkdownDescription implements [validator.Describer].
func (n numberBetween) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

func (n numberBetween) validate(number int64) error {
	if number < n.least || number > n.most {
		return fault.New("number-out-of-range", "minimum", n.least, "maximum", n.most)
	}
	return nil
}

// ValidateInt64 implements [validator.Int64].
func (n numberBetween) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := n.validate(req.ConfigValue.ValueInt64()); err != nil {
		resp.Diagnostics.Append(argumentFault(req.Path, err)...)
	}
}

// checkNumber applies validators to a number that is not part of the configuration, and
// returns the first fault. It skips validators that are not a [numberBetween].
func checkNumber(validators []validator.Int64, number int64) error {
	for _, each := range validators {
		if n, ok := each.(numberBetween); ok {
			if err := n.validate(number); err != nil {
				return err
			}
		}
	}
	return nil
}

// unpadded returns a fault for a value that begins or ends with whitespace, quotation
// marks or invisible characters. The fault contains no part of the value, because the value
// may be a secret that was passed to the wrong argument.
func unpadded(text string) error {
	found, clean := pasted.Around(text)
	return surplus(found, "", pasted.Steps(text, clean))
}

// unpaddedValue is like unpadded, but suggests the value without the surrounding characters
// if convert accepts it. convert must not accept a secret.
func unpaddedValue[T any](text string, convert func(string) (T, error)) error {
	found, clean := pasted.Around(text)
	suggestion := clean
	if _, err := convert(clean); err != nil {
		suggestion = ""
	}
	return surplus(found, suggestion, pasted.Steps(text, clean))
}

// parse returns the value that convert returns for text. If convert fails, parse returns the fault of
// unpaddedValue, or else a fault with the code. convert must not accept a secret.
func parse[T any](text string, convert func(string) (T, error), code string) (T, error) {
	value, err := convert(text)
	if err != nil {
		err = cmp.Or(unpaddedValue(text, convert), error(fault.New(code)))
	}
	return value, err
}

// printableEnds is like unpadded, but accepts any printable character at either end, such
// as a space or a quotation mark. Role keys may begin or end with such a character.
func printableEnds(text string) error {
	if strings.TrimFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) == text {
		return nil
	}
	return unpadded(text)
}

// unpaddedLine is like unpadded, but returns a different fault for a value that contains a line
// break. It is for values such as client secrets, which contain no line breaks.
func unpaddedLine(text string) error {
	if !strings.ContainsAny(text, "\r\n") {
		return unpadded(text)
	}
	_, clean := pasted.Around(text)
	if strings.ContainsAny(clean, "\r\n") {
		return fault.New("credential-line-break")
	}
	return fault.New("credential-line-break", "steps", pasted.Steps(text, clean))
}

// unquoted returns a fault for a PEM in quotes. It accepts whitespace around the
// PEM, which the format allows.
func unquoted(text string) error {
	found, _ := pasted.Around(strings.TrimSpace(text))
	if found.Kind != pasted.Quote {
		return nil
	}
	return surplus(found, "", nil)
}

// surplus returns the fault for unexpected characters around a value, or nil if there are
// none. suggestion is the value to suggest, and steps are the steps that result in the
// correct value. Both may be empty.
func surplus(found pasted.Surplus, suggestion string, steps []string) error {
	switch found.Kind {
	case pasted.Quote:
		return fault.New("value-quoted", "suggestion", suggestion)
	case pasted.Whitespace, pasted.Invisible:
		return fault.New("value-whitespace", "character", found.Character, "suggestion", suggestion, "steps", steps)
	case pasted.None:
	}
	return nil
}

// ValidateString implements [validator.String].
func (c check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.validate(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(argumentFault(req.Path, err)...)
	}
}

// keysTogether validates all keys of a map together.
type keysTogether struct{ validate func(keys []string) error }

var _ validator.Map = keysTogether{}

// Description implements [validator.Describer].
func (keysTogether) Description(context.Context) string { return "the keys must not conflict" }

// MarkdownDescription implements [validator.Describer].
func (k keysTogether) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// ValidateMap implements [validator.Map].
func (k keysTogether) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	keys := slices.Collect(maps.Keys(req.ConfigValue.Elements()))
	if err := k.validate(keys); err != nil {
		resp.Diagnostics.Append(argumentFault(req.Path, err)...)
	}
}

// maxDuration is the longest duration that Go supports.
const maxDuration = time.Duration(math.MaxInt64)

// durationBetween validates that a string is a Go duration between least and most,
// inclusive.
func durationBetween(least, most time.Duration) validator.String {
	return valid(func(text string) error {
		d, err := parse(text, time.ParseDuration, "duration-invalid")
		switch {
		case err != nil:
			return err
		case d < least:
			return fault.New("duration-too-short", "least", least)
		case d > most:
			return fault.New("duration-too-long", "most", most)
		}
		return nil
	})
}

// notEmpty validates that a string is not empty.
func notEmpty() validator.String {
	return valid(func(text string) error {
		if text == "" {
			return fault.New("value-empty")
		}
		return nil
	})
}

// entries returns validators that apply each to every entry of a set, and reject null
// entries.
func entries(each ...validator.String) []validator.Set {
	return []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(each...)}
}

// tokenText validates that a string can be a token. Every argument for a token uses this
// validator. Its faults contain no part of the string.
func tokenText() validator.String { return valid(token.CheckText) }

// wholeToken validates that a string can be a token and is not a truncated token. It is for
// blocks that require a valid token. Blocks that check tokens report a truncated token in
// their results instead.
func wholeToken() validator.String {
	return valid(func(text string) error { return cmp.Or(token.CheckText(text), token.CheckWhole(text)) })
}

// argumentName returns the name of the argument that a path leads to, such as
// "credentials.key_file". The name contains neither elements of sets nor keys of maps.
func argumentName(at path.Path) string {
	var names []string
	for _, step := range at.Steps() {
		if name, ok := step.(path.PathStepAttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

// duration returns the duration in a validated argument, or byDefault if the argument is
// null.
func duration(value types.String, byDefault time.Duration) time.Duration {
	if value.IsNull() {
		return byDefault
	}
	d, err := time.ParseDuration(value.ValueString())
	if err != nil {
		return byDefault
	}
	return d
}

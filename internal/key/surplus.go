package key

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// surplusFault returns the fault for a value that is surrounded by characters that are not part of
// it. inner is the value without these characters. The fault contains the steps that convert value
// into inner, if steps alone can do this. It contains no part of value, which may be a secret.
func surplusFault(value string, found pasted.Surplus, inner string) *fault.Fault {
	if found.Kind == pasted.Quote {
		return fault.New("value-quoted", "steps", quoteSteps(value, inner))
	}
	return fault.New("value-whitespace", "character", found.Character, "steps", pasted.Steps(value, inner))
}

// within combines two faults of a text: surplus describes the characters around a value, and err
// describes the value. It returns surplus if err is nil. Otherwise, it returns err, and changes the
// steps of err so that they apply to the whole text. It removes them if steps alone are not
// sufficient.
func within(surplus *fault.Fault, err error) error {
	if err == nil {
		return surplus
	}
	before, _ := surplus.Values["steps"].([]string)
	for _, f := range fault.All(err) {
		if steps, ok := f.Values["steps"].([]string); ok && len(before) > 0 {
			f.Values["steps"] = slices.Concat(before, steps)
		} else {
			delete(f.Values, "steps")
		}
	}
	return err
}

// quoteSteps returns the steps that remove quotes and whitespace around a value, or nil if
// steps alone cannot remove them.
func quoteSteps(value, inner string) (steps []string) {
	var decoded string
	if json.Unmarshal([]byte(value), &decoded) == nil && decoded == inner {
		return []string{pasted.StepJSON}
	}
	trimmed := strings.TrimSpace(value)
	if trimmed != value {
		steps = append(steps, pasted.StepTrimSpace)
	}
	if unquoted, trim, ok := inQuotes([]byte(trimmed)); ok && string(unquoted) == inner {
		return append(steps, trim...)
	}
	return nil
}

// isJSON reports whether text is a JSON object or array.
func isJSON(text string) bool {
	return (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text))
}

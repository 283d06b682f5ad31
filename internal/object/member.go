package object

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// DecodeMember decodes the value of a JSON member into the variable that value points to. It leaves
// the variable unchanged if the member is missing or null. The error contains the name of the member
// and, if the type is wrong, the actual and expected types, such as "a string" and "a number". It
// distinguishes a value of the wrong type from an array or object that contains one.
func DecodeMember(name string, raw json.RawMessage, value any) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	err := json.Unmarshal(raw, value)
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &mismatch):
		return fault.New("member-undecodable", "member", name)
	}
	found, expected := jsonType(mismatch.Value), typeName(mismatch.Type)
	switch outer := jsonType(string(raw)); {
	case (outer == "array" || outer == "object") && outer == typeName(reflect.TypeOf(value)):
		return fault.New("member-element-type", "member", name, "found", withArticle(found), "expected", expected+"s")
	case found == expected:
		return fault.New("member-out-of-range", "member", name)
	}
	return fault.New("member-type", "member", name, "found", withArticle(found), "expected", withArticle(expected))
}

// DecodeStrings decodes a member that is a string or an array of strings, such as "aud" (RFC 7519
// section 4.1.3). It returns nil if the member is missing, null or the empty string.
func DecodeStrings(name string, raw json.RawMessage) ([]string, error) {
	if len(raw) == 0 || raw[0] != '"' {
		var many []string
		if err := DecodeMember(name, raw, &many); err != nil {
			return nil, err
		}
		return many, nil
	}
	var one string
	if err := DecodeMember(name, raw, &one); err != nil || one == "" {
		return nil, err
	}
	return []string{one}, nil
}

// Missing returns the fault for a required member that is missing or null.
func Missing(name string) *fault.Fault { return fault.New("member-missing", "member", name) }

// typeName returns the JSON type that can be decoded into a Go type.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.Map, reflect.Struct:
		return "object"
	case reflect.Float32, reflect.Float64:
		return "number"
	default:
		return "integer"
	}
}

// jsonType returns the type of a JSON value. The text is either the value itself or its
// description in a [json.UnmarshalTypeError]: the name of the type and, for a number, the digits.
func jsonType(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, `"`) || text == "string":
		return "string"
	case text == "true" || text == "false" || text == "bool":
		return "boolean"
	case strings.HasPrefix(text, "[") || text == "array":
		return "array"
	case strings.HasPrefix(text, "{") || text == "object":
		return "object"
	default:
		return "number"
	}
}

// withArticle returns the name of a JSON type with its indefinite article.
func withArticle(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

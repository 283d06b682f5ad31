package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// memberFault describes why a member of a JSON document could not be decoded, for
// example: member "expires_in" is a string; expected a number. It contains no part of
// the value. err is an error of [json.Unmarshal] or [decodeMember]. If name is empty,
// the struct field in err names the member.
func memberFault(name string, err error) string { return typeFault("member", name, err) }

// claimFault is [memberFault] for a claim of a token.
func claimFault(name string, err error) string { return typeFault("claim", name, err) }

// missingMember describes a required member that a JSON document does not have, or
// that is null.
func missingMember(name string) string { return fmt.Sprintf("member \"%s\" is missing", name) }

func typeFault(noun, name string, err error) string {
	var mismatch *json.UnmarshalTypeError
	isMismatch := errors.As(err, &mismatch)
	if isMismatch && name == "" {
		name = mismatch.Field
	}
	label := fmt.Sprintf(`%s "%s"`, noun, printable(name, 100))
	if !isMismatch {
		return label + " has a value that cannot be decoded"
	}
	found, expected := jsonType(mismatch.Value), typeName(mismatch.Type)
	var element *elementError
	if errors.As(err, &element) {
		return fmt.Sprintf("%s contains %s; expected %s", label, withArticle(found), expected+"s")
	}
	if found == expected {
		return label + " is out of range"
	}
	return fmt.Sprintf("%s is %s; expected %s", label, withArticle(found), withArticle(expected))
}

// decodeMember decodes the value of one JSON member into the variable that value
// points to. A missing member and null leave the variable unchanged. The error
// distinguishes a value of the wrong type from an array or object that contains
// one; [memberFault] describes both.
func decodeMember(raw json.RawMessage, value any) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	err := json.Unmarshal(raw, value)
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return err
	}
	switch found := jsonType(string(raw)); found {
	case "array", "object":
		if found == typeName(reflect.TypeOf(value)) {
			return &elementError{mismatch}
		}
	}
	return err
}

// elementError is a type error of an element of an array or object whose own
// type is right.
type elementError struct{ mismatch *json.UnmarshalTypeError }

func (e *elementError) Error() string { return e.mismatch.Error() }

func (e *elementError) Unwrap() error { return e.mismatch }

// typeName returns the JSON type that a Go type is decoded from.
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

// jsonType returns the type of a JSON value, or of its description in a
// [json.UnmarshalTypeError], which is the name of the type and, for numbers, the
// digits.
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

// withArticle puts the indefinite article before the name of a JSON type.
func withArticle(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

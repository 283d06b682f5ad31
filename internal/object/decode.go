package object

import "reflect"

// Decode decodes a JSON object into the struct that target points to. A member is
// decoded into the field whose json tag is exactly its name. The error describes the
// first field, in the order of the struct, whose member has the wrong type. An object
// that is ambiguous is an error, too (see [Unambiguous]).
func Decode(data []byte, target any) error {
	fields := reflect.ValueOf(target).Elem()
	names := make([]string, fields.NumField())
	for i := range names {
		names[i] = fields.Type().Field(i).Tag.Get("json")
	}
	members, err := Members(data, Names{Exact: names})
	if err != nil {
		return err
	}
	for i, name := range names {
		if name == "-" {
			continue
		}
		if err := DecodeMember(name, members[name], fields.Field(i).Addr().Interface()); err != nil {
			return err
		}
	}
	return nil
}

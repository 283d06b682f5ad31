package object

import "reflect"

// Decode decodes a JSON object into the struct that target points to. It decodes each member into the
// field whose json tag is the member's name, and skips fields with the tag "-". It fails if the
// object is ambiguous (see [Unambiguous]), or if a member has the wrong type. If several members have
// the wrong type, the error describes the one whose field comes first.
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

package acctest

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// plan searches a plan file, which is a ZIP archive that contains the plan, the prior states and
// the configuration.
func (s *search) plan(file, content string) error {
	archive, err := zip.NewReader(strings.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	for _, entry := range archive.File {
		f, err := entry.Open()
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(f)
		if err != nil {
			return err
		}
		switch {
		case isState(entry.Name):
			err = s.state(file, string(raw))
		case entry.Name == "tfplan":
			err = fields(raw, func(number uint64, content []byte) error {
				place, err := placeInPlan(number, content)
				s.text("plan, "+place, file, string(content))
				return err
			})
		default:
			s.text("plan, "+entry.Name, file, string(raw))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// placeInPlan describes a top-level field of a plan, given its number, which is the same in both
// CLIs. The description of a change contains the address of the resource without the resource's
// name.
func placeInPlan(number uint64, content []byte) (place string, err error) {
	switch number {
	case 2:
		return "variables", nil
	case 3:
		err = fields(content, func(number uint64, content []byte) error {
			if number == 13 { // the address of the resource
				address := string(content)
				place = "change of " + address[:strings.LastIndex(address, ".")]
			}
			return nil
		})
		return place, err
	case 4:
		return "outputs", nil
	}
	return fmt.Sprintf("field %d", number), nil
}

// fields calls report for each field of a Protocol Buffers message. It returns an error if
// report does, or if the message is invalid.
func fields(message []byte, report func(number uint64, content []byte) error) error {
	for len(message) > 0 {
		tag, begin := binary.Uvarint(message)
		value, length := binary.Uvarint(message[max(begin, 0):])
		end := begin + length
		switch tag & 7 {
		case 0:
			begin = end
		case 1:
			end = begin + 8
		case 2:
			begin, end = end, end+int(value)
		case 5:
			end = begin + 4
		default:
			end = -1
		}
		if begin <= 0 || length <= 0 || end < begin || end > len(message) {
			return fmt.Errorf("field %d is truncated or has an unknown wire type", tag>>3)
		}
		if err := report(tag>>3, message[begin:end]); err != nil {
			return err
		}
		message = message[end:]
	}
	return nil
}

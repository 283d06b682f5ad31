package provider_test

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// isState reports whether a file in a workspace, or in a plan file, is a state.
func isState(at string) bool {
	name := filepath.Base(at)
	return strings.HasPrefix(name, "terraform.tfstate") || name == "tfstate" || name == "tfstate-prev"
}

// state looks through each attribute of a state. A CLI that was interrupted may
// leave one that it has not written to its end, or not begun.
func (s *search) state(file, content string) error {
	if !json.Valid([]byte(content)) {
		s.text("state, unfinished", file, content)
		return nil
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal([]byte(content), &whole); err != nil {
		return err
	}
	var resources []struct {
		Type      string
		Instances []map[string]json.RawMessage
	}
	if err := json.Unmarshal(whole["resources"], &resources); whole["resources"] != nil && err != nil {
		return err
	}
	delete(whole, "resources")
	for part, text := range whole {
		s.text("state, "+part, file, string(text))
	}
	for _, resource := range resources {
		for _, instance := range resource.Instances {
			var attributes map[string]json.RawMessage
			if err := json.Unmarshal(instance["attributes"], &attributes); err != nil {
				return err
			}
			delete(instance, "attributes")
			for part, text := range attributes {
				s.text("state, "+resource.Type+"."+part, file, string(text))
			}
			for part, text := range instance {
				s.text("state, "+part+" of "+resource.Type, file, string(text))
			}
		}
	}
	return nil
}

// harvest adds the results in a state that are secrets, of which no issuer may
// have seen one: an assertion that was only signed.
func harvest(content string) {
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes map[string]any
			}
		}
	}
	if json.Unmarshal([]byte(content), &state) != nil {
		return // search.state looks through it as text
	}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			for _, result := range []string{"access_token", "id_token", "assertion"} {
				if secret, ok := instance.Attributes[result].(string); ok {
					known.add(strings.ReplaceAll(result, "_", " "), secret)
				}
			}
		}
	}
}

// plan looks through a plan file: a ZIP of the plan itself, the states before
// it, and the configuration.
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

// placeInPlan names a field of a plan, as both CLIs number them: of a change
// also what is changed, which is its own field 13.
func placeInPlan(number uint64, content []byte) (place string, err error) {
	switch number {
	case 2:
		return "variables", nil
	case 3:
		err = fields(content, func(number uint64, content []byte) error {
			if number == 13 {
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

// fields tells of each field of a message in the form of Protocol Buffers.
func fields(message []byte, tell func(number uint64, content []byte) error) error {
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
			return fmt.Errorf("field %d has a form that is not known", tag>>3)
		}
		if err := tell(tag>>3, message[begin:end]); err != nil {
			return err
		}
		message = message[end:]
	}
	return nil
}

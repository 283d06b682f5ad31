package acctest

import (
	"encoding/json"
	"path/filepath"
	"strings"
)

// isState reports whether a file in a workspace or in a plan file has the name of a state file.
func isState(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, "terraform.tfstate") || name == "tfstate" || name == "tfstate-prev"
}

// state searches each attribute of a state. An incomplete state, which an interrupted CLI can
// leave behind, is searched as text.
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

// addStateSecrets adds the tokens and assertions in a state to the run's secrets. The issuer does
// not report all of them, because some assertions are signed but never sent.
func addStateSecrets(content string) {
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes map[string]any
			}
		}
	}
	if json.Unmarshal([]byte(content), &state) != nil {
		return // search.state searches the content as text
	}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			for _, result := range []string{"access_token", "id_token", "assertion"} {
				if secret, ok := instance.Attributes[result].(string); ok {
					AddSecret(strings.ReplaceAll(result, "_", " "), secret)
				}
			}
		}
	}
}

package key

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// checkRepeated adds a fault for each member of a key JSON that occurs more than once in data,
// because programs differ in which of the values they read. The fault replaces any other fault about
// the same member.
func (d *document) checkRepeated(data []byte) {
	text, _, _ := clean(data)
	decoder := json.NewDecoder(bytes.NewReader(escapeBreaks(text)))
	count := map[string]int{}
	for _, err := decoder.Token(); err == nil && decoder.More(); {
		var name json.Token
		if name, err = decoder.Token(); err == nil {
			var value json.RawMessage
			err = decoder.Decode(&value)
			text, _ := name.(string)
			count[text]++
		}
	}
	for _, member := range []string{"type", "keyId", "key", "userId", "clientId", "appId", "expirationDate"} {
		if count[member] > 1 {
			d.faults = slices.DeleteFunc(d.faults, func(err error) bool { return fault.All(err)[0].Values["member"] == member })
			d.add("key-member-repeated", member)
		}
	}
}

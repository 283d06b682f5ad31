package key_test

import (
	"bytes"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestParseRepeatedMember checks that a key JSON is rejected if one of its members occurs twice, even if both
// have the same value.
func TestParseRepeatedMember(t *testing.T) {
	t.Parallel()
	dated := with(serviceAccount(), map[string]any{"expirationDate": "2199-12-31T23:59:59Z"})
	for _, original := range []map[string]any{dated, application()} {
		for name, value := range original {
			for _, values := range [][2]any{{value, value}, {canary, value}, {value, 1}} {
				last := document(with(original, map[string]any{name: values[1]}))
				repeated := append([]byte(`{"x":1,"x":2,"`+name+`":`), toJSON(values[0])...)
				data := append(append(repeated, ','), last[1:]...)
				_, err := key.Parse(data)
				checkFaults(t, err, map[string]string{name: `key-member-repeated member="` + name + `"`})
				data = bytes.ReplaceAll(data, []byte(`\n`), []byte("\n"))
				_, err = key.Parse(append([]byte("\ufeff\n"), data...))
				checkFaults(t, err, map[string]string{name: `key-member-repeated member="` + name + `"`})
			}
		}
	}
}

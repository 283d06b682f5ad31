package key_test

import (
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// TestNumericIDs checks the fault for a key JSON in a document if its IDs are numbers.
func TestNumericIDs(t *testing.T) {
	t.Parallel()
	account := with(serviceAccount(), map[string]any{"keyId": 123456, "userId": 1234567})
	indented := strings.ReplaceAll(strings.TrimSpace(pkcs1(rsa2048())), "\n", "\n    ")
	yaml := "type: serviceaccount\nkeyId: 0123\nuserId: 456\nkey: |\n    " + indented + "\n"
	nested := "a: b\ndata:\n  " + strings.ReplaceAll(strings.TrimSpace(yaml), "\n", "\n  ") + "\n"
	for _, test := range []struct {
		data  []byte
		steps string
	}{
		{document(map[string]any{"data": account}), "json member:data"},
		{document(map[string]any{"data": map[string]any{"data": account}}), "json member:data member:data"},
		{toJSON([]any{account}), "json element:0"},
		{document(map[string]any{"value": string(document(account))}), "json member:value"},
		{std(document(account)), "base64"},
		{quoted(document(account)), "json"},
		{[]byte(yaml), "yaml"},
		{[]byte(nested), "yaml member:data"},
	} {
		_, err := key.Parse(test.data)
		checkFaults(t, err, map[string]string{"keyId": err.Error()})
		if code, steps := codeAndSteps(err); code != "key-member-not-string" || normalized(steps) != test.steps {
			t.Errorf("got %v, want key-member-not-string with the steps %q", err, test.steps)
		}
	}
}

package zitadel

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// TestFaultRedactsEveryKindOfValue checks that the request's secrets are removed from the values of
// a fault, whatever their type, and from the values of wrapped faults.
func TestFaultRedactsEveryKindOfValue(t *testing.T) {
	const secret = "correct-horse-battery-staple"
	req := &request{secrets: []string{secret}}
	text := "before " + secret + " after"
	for _, value := range []any{
		text,
		[]string{"first", text},
		fault.New("claim-type", "claim", text),
		errors.Join(fault.New("claim-type", "claim", "exp"), fault.New("claim-type", "claim", []string{text})),
	} {
		f := req.fault("claim-type", "claim", value)
		shown := fmt.Sprint(f.Values["claim"])
		for _, inner := range fault.All(asError(f.Values["claim"])) {
			shown += fmt.Sprint(inner.Values)
		}
		if strings.Contains(shown, secret) {
			t.Errorf("%T: the fault contains the secret: %s", value, shown)
		}
	}
}

// asError returns value if it is an error, and nil otherwise.
func asError(value any) error {
	err, _ := value.(error)
	return err
}

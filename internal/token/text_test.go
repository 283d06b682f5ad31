package token_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// TestTokenForms checks that CheckText accepts each text in testdata/forms, or returns the
// fault in the index. The texts are tokens as users pass them, for example in quotes, and other
// text that users confuse with a token.
func TestTokenForms(t *testing.T) {
	t.Parallel()
	for _, form := range acctest.ReadForms(t, "testdata/forms", 60) {
		t.Run(form.Name(), func(t *testing.T) {
			t.Parallel()
			faults := fault.All(token.CheckText(form.Text))
			if form.Code == "" {
				if len(faults) > 0 {
					t.Errorf("got %v, want no fault", faults)
				}
				return
			}
			if len(faults) != 1 {
				t.Fatalf("got %v, want %s", faults, form.Code)
			}
			if faults[0].Code != form.Code || !form.HasValues(faults[0].Values) {
				t.Errorf("got %v, want %s %v", faults[0], form.Code, form.Values)
			}
			checkShowable(t, faults[0].Error())
		})
	}
}

// TestManyLayers checks that CheckText stops after a few layers around a token. Without a limit, the
// test would not end.
func TestManyLayers(t *testing.T) {
	t.Parallel()
	quoted := canary
	for range 25 {
		quoted = `"` + base64.StdEncoding.EncodeToString([]byte(quoted)) + `"`
	}
	for name, text := range map[string]string{
		"quotes and base64": quoted,
		"headers":           strings.Repeat("Bearer ", 100_000) + canary,
		"long base64":       base64.StdEncoding.EncodeToString([]byte(strings.Repeat(canary, 1<<16))),
	} {
		if err := token.CheckText(text); err != nil {
			checkShowable(t, err.Error())
		} else if name != "long base64" {
			t.Errorf("%s: the text was accepted", name)
		}
	}
}

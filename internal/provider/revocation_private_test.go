package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Private data that cannot be read must cause a warning instead of an error, because no operation needs
// the token anymore.
func TestRevokeWithoutPrivateData(t *testing.T) {
	t.Parallel()
	found := revoke(t.Context(), &session{}, []byte("{"))
	if len(found) != 1 || found[0].Severity() != diag.SeverityWarning ||
		!strings.Contains(found[0].Detail(), "[revocable-unreadable]") {
		t.Errorf("got %v, want only a warning with [revocable-unreadable]", found)
	}
}

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Private data that cannot be read causes a warning and not an error, because the work of the run is
// already complete.
func TestRevokeWithoutPrivateData(t *testing.T) {
	t.Parallel()
	found := revoke(t.Context(), &session{}, []byte("{"))
	if len(found) != 1 || found[0].Severity() != diag.SeverityWarning ||
		!strings.Contains(found[0].Detail(), "[revocable-unreadable]") {
		t.Errorf("%v", found)
	}
}

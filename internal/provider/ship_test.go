package provider_test

import (
	"os/exec"
	"strings"
	"testing"
)

// The shipped binary links neither the issuer of the tests nor the library that
// it is built on.
func TestShippedBinaryLinks(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "github.com/zitadel-tokens/terraform-provider-zitadel").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(output))
	for _, each := range linked {
		if strings.HasPrefix(each, "github.com/zitadel/") || strings.Contains(each, "/internal/optest") || strings.HasPrefix(each, "github.com/hashicorp/terraform-plugin-testing") {
			t.Errorf("it links %s", each)
		}
	}
	if len(linked) < 100 {
		t.Errorf("only %d packages listed, so this test shows nothing", len(linked))
	}
}

// Package cos replaces a state backend that Terraform's Go module does not contain.
package cos

import "github.com/hashicorp/terraform/internal/backend"

// New panics: the tests use no state backend.
func New() backend.Backend { panic("cos: this state backend is not part of the build") }

// Package azure replaces a state backend that Terraform's Go module does not contain.
package azure

import "github.com/hashicorp/terraform/internal/backend"

// New panics: the tests use no state backend.
func New() backend.Backend { panic("azure: this state backend is not part of the build") }

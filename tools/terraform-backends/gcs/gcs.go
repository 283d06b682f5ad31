// Package gcs replaces a state backend that Terraform's Go module does not contain.
package gcs

import "github.com/hashicorp/terraform/internal/backend"

// New panics: the tests use no state backend.
func New() backend.Backend { panic("gcs: this state backend is not part of the build") }

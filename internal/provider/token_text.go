package provider

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// tokenText validates that a string could be a token. Its faults contain no part of the token.
// Every argument for a token uses tokenText or wholeToken.
func tokenText() validator.String { return valid(token.CheckText) }

// wholeToken validates that a string could be a token and is not truncated. It is for blocks that
// require a valid token. Blocks that check tokens report a truncated token in their results instead.
func wholeToken() validator.String {
	return valid(func(text string) error { return cmp.Or(token.CheckText(text), token.CheckWhole(text)) })
}

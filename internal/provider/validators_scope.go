package provider

import (
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
)

// scopeToken validates that a string is a single scope, which consists of printable ASCII without
// spaces, quotes or backslashes (RFC 6749 section 3.3). In a role scope, it also allows other
// characters, because ZITADEL allows them in role keys.
func scopeToken() validator.String {
	return valid(func(text string) error {
		if key, ok := strings.CutPrefix(text, token.RoleScopePrefix); ok {
			if err := roleKey(key); err != nil {
				return fault.New("scope-role", "reason", err)
			}
			return nil
		}
		padded := unpadded(text)
		switch {
		case text == "":
			return fault.New("scope-empty")
		case padded != nil:
			return padded
		case strings.Contains(text, " "):
			return fault.New("scope-space")
		case strings.ContainsFunc(text, isNotScopeCharacter):
			return fault.New("scope-characters")
		}
		return noPlaceholder(text)
	})
}

// roleKey returns a fault for a role key that cannot be requested in a scope. ZITADEL accepts any
// role key of up to 200 characters, but because spaces separate scopes, a role key with a space
// would be read as two scopes.
func roleKey(key string) error {
	switch {
	case key == "":
		return fault.New("role-empty")
	case strings.HasPrefix(key, token.RoleScopePrefix):
		return fault.New("role-is-scope")
	case strings.ContainsRune(key, ' '):
		return fault.New("role-space", "roles_scope", token.RolesScope)
	case strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fault.New("role-characters")
	}
	return nil
}

// isNotScopeCharacter reports whether RFC 6749 section 3.3 excludes a character
// from scopes.
func isNotScopeCharacter(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }

// requiredScope validates that a scope can be required of a token. It rejects role scopes,
// which show only that a role was requested.
func requiredScope() validator.String {
	return valid(func(text string) error {
		if role, ok := strings.CutPrefix(text, token.RoleScopePrefix); ok {
			return fault.New("scope-shows-no-grant", "role", role)
		}
		return nil
	})
}

// objectID validates the ID of a project or an organization.
func objectID() validator.String { return valid(scopePart) }

// scopePart returns a fault for a text that is not an ID, or that cannot be part of a scope.
func scopePart(text string) error {
	switch err := key.CheckID(text); {
	case err != nil:
		return err
	case strings.Contains(text, ":"):
		return fault.New("id-is-scope")
	case strings.ContainsFunc(text, isNotScopeCharacter):
		return fault.New("id-characters")
	}
	return nil
}

// audienceEntry returns validators for an entry of an audience.
func audienceEntry() []validator.String {
	return []validator.String{notEmpty(), valid(unpadded), valid(noPlaceholder)}
}

// tokenAudienceEntry returns validators for an entry of the audience of a token. ZITADEL's entries are the
// IDs of projects and clients.
func tokenAudienceEntry() []validator.String { return append(audienceEntry(), valid(notScope)) }

// notScope returns a fault for a scope of ZITADEL. If the scope adds a project to the audience, the fault
// suggests the ID of the project.
func notScope(text string) error {
	const prefix = "urn:zitadel:iam:"
	if !strings.HasPrefix(text, prefix) {
		return nil
	}
	id := strings.TrimSuffix(strings.TrimPrefix(text, prefix+"org:project:id:"), ":aud")
	if text != token.ProjectScope(id) || id == token.APIProject || scopePart(id) != nil {
		id = "" // the audience for ZITADEL's own API contains the ID of its project
	}
	return fault.New("audience-is-scope", "suggestion", id)
}

// roleText returns a fault for a value that is not the key of a role. Unlike [roleKey], it accepts a role
// key that cannot be requested in a scope.
func roleText(text string) error {
	if strings.HasPrefix(text, token.RoleScopePrefix) {
		return fault.New("role-is-scope")
	}
	return printableEnds(text)
}

// noPlaceholder returns a fault for a value that contains a placeholder.
func noPlaceholder(text string) error {
	if pasted.HasPlaceholder(text) {
		return fault.New("value-placeholder")
	}
	return nil
}

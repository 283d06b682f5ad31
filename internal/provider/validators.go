package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

// check makes a validator of a function that says what is wrong with a text.
// What it says must not quote the text where that may be a secret.
type check struct{ wrong func(string) error }

var _ validator.String = check{}

func valid(wrong func(string) error) validator.String { return check{wrong: wrong} }

// Description implements [validator.Describer]. What is wrong is said when
// something is.
func (check) Description(context.Context) string { return "the value must be usable" }

// MarkdownDescription implements [validator.Describer].
func (c check) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateString implements [validator.String].
func (c check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := c.wrong(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Unable to use "+lastName(req.Path), sentence(err.Error()))
	}
}

// keysTogether is a validator of all keys of a map at once.
type keysTogether struct{ wrong func(keys []string) error }

var _ validator.Map = keysTogether{}

// Description implements [validator.Describer].
func (keysTogether) Description(context.Context) string { return "the keys must be usable together" }

// MarkdownDescription implements [validator.Describer].
func (k keysTogether) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// ValidateMap implements [validator.Map].
func (k keysTogether) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	keys := slices.Collect(maps.Keys(req.ConfigValue.Elements()))
	if err := k.wrong(keys); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Unable to use "+lastName(req.Path), sentence(err.Error()))
	}
}

const maxDuration = time.Duration(math.MaxInt64)

// durationBetween accepts a Go duration string from least to most.
func durationBetween(least, most time.Duration) validator.String {
	return valid(func(text string) error {
		d, err := time.ParseDuration(text)
		switch {
		case err != nil:
			return errors.New("this is not a duration: write it like 90s, 5m or 1h30m")
		case d < least:
			return fmt.Errorf("it must be at least %s", least)
		case d > most:
			return fmt.Errorf("it must be at most %s", most)
		}
		return nil
	})
}

// notEmpty accepts any text but "".
func notEmpty() validator.String {
	return valid(func(text string) error {
		if text == "" {
			return errors.New("it is empty: give it a value, or leave the argument out")
		}
		return nil
	})
}

// tokenText accepts what can be a token: it quotes none of it.
func tokenText() validator.String {
	return valid(func(text string) error {
		switch {
		case text == "":
			return errors.New("it is empty: pass the token itself")
		case strings.ContainsFunc(text, unicode.IsSpace):
			return errors.New("a token has no white space in it: if it comes from a file, write trimspace(file(...)); leave out a leading \"Bearer \"")
		}
		return nil
	})
}

// scopeToken accepts one scope: printable ASCII (RFC 6749 section 3.3) or, because
// ZITADEL's role keys may have other characters, a role scope.
func scopeToken() validator.String {
	return valid(func(text string) error {
		if key, ok := strings.CutPrefix(text, oauth.RoleScopePrefix); ok {
			if err := roleKey(key); err != nil {
				return fmt.Errorf("the role key in the scope cannot be used: %w", err)
			}
			return nil
		}
		switch {
		case text == "":
			return errors.New("a scope is empty: remove it")
		case strings.Contains(text, " "):
			return errors.New("a scope contains a space: write each scope as a separate entry")
		case strings.ContainsFunc(text, isNotScopeCharacter):
			return errors.New("a scope may contain only printable ASCII without quotes and backslashes (RFC 6749 " +
				"section 3.3)")
		}
		return nil
	})
}

// roleKey returns an error for a role key that cannot be requested in a scope.
// ZITADEL accepts any key of up to 200 characters, but scopes are separated by
// spaces, so one with a space would be read as two other scopes.
func roleKey(key string) error {
	switch {
	case key == "":
		return errors.New("it is empty")
	case strings.HasPrefix(key, oauth.RoleScopePrefix):
		return errors.New("it is a whole scope: pass the role key alone")
	case strings.ContainsRune(key, ' '):
		return errors.New("it contains a space, which separates scopes: a role key with a space cannot be " +
			"requested in a scope. Rename the role in ZITADEL, or request urn:zitadel:iam:org:projects:roles, " +
			"which requests all roles")
	case strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("it contains a character that is not printable")
	}
	return nil
}

// isNotScopeCharacter reports whether RFC 6749 section 3.3 excludes a character
// from scopes.
func isNotScopeCharacter(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }

// requiredScope accepts one scope that can be required of a token.
func requiredScope() validator.String {
	return valid(func(text string) error {
		if role, ok := strings.CutPrefix(text, oauth.RoleScopePrefix); ok {
			return fmt.Errorf("a role in the scope shows only that it was requested, not that it was granted: set "+
				"required_roles = [%q]", role)
		}
		return nil
	})
}

// projectID accepts the ID of a project.
func projectID() validator.String { return valid(scopePart) }

// scopePart returns an error for an ID that cannot be part of a scope.
func scopePart(text string) error {
	switch {
	case text == "":
		return errors.New("it is empty")
	case strings.ContainsFunc(text, isNotScopeCharacter):
		return errors.New("it cannot be part of a scope, which may contain only printable ASCII without spaces, quotes and " +
			"backslashes (RFC 6749 section 3.3)")
	case strings.Contains(text, ":"):
		return errors.New("it contains a colon: pass the ID alone, not a whole scope")
	}
	return nil
}

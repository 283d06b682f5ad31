package token

import (
	"slices"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// Policy contains the requirements for a token. The zero Policy requires nothing.
// [Policy.ApplicableRoles] determines which roles of a token count.
type Policy struct {
	Audience, Scopes, Roles []string // all entries are required
	ProjectID               string   // project whose roles count; "" means the introspecting application's project
	OrganizationID          string   // organization that must have granted the roles; "" means any
	ForbidImpersonation     bool     // reject tokens with an actor
}

// Evaluate returns all reasons to reject an active token, based on the claims that
// introspection reports.
func (p Policy) Evaluate(claims *Claims) []Failure {
	e := evaluation{missingRoles: p.missingInResponse}
	// ZITADEL sets the audience of a personal access token to the introspecting
	// application, so the audience proves nothing. Such a token has no client_id.
	if claims.ClientID == "" {
		e.noAudience = fault.New("audience-of-personal-access-token")
	}
	return p.evaluate(claims, e)
}

// evaluateJWT returns all reasons to reject a JWT, based on its own claims.
func (p Policy) evaluateJWT(claims *Claims) []Failure {
	e := evaluation{missingRoles: p.missingInJWT}
	if len(claims.Scopes) == 0 {
		e.noScopes = fault.New("scopes-not-in-jwt")
	}
	return p.evaluate(claims, e)
}

// evaluation contains the parts of an evaluation that depend on the source of the claims.
type evaluation struct {
	// noAudience and noScopes describe why the audience and the scopes cannot be evaluated.
	// They are nil if these claims can be evaluated.
	noAudience, noScopes *fault.Fault
	// missingRoles describes why required roles are missing.
	missingRoles func(*Claims, []string) *fault.Fault
}

func (p Policy) evaluate(claims *Claims, e evaluation) (failures []Failure) {
	fail := func(code string, reason *fault.Fault) {
		failures = append(failures, Failure{Code: code, Reason: reason})
	}
	if missing := without(p.Audience, claims.Audience); len(p.Audience) > 0 && e.noAudience != nil {
		fail(MissingAudience, e.noAudience)
	} else if len(missing) > 0 {
		fail(MissingAudience, fault.New("audience-missing", "missing", missing, "audience", claims.Audience))
	}
	if missing := without(p.Scopes, claims.Scopes); len(missing) > 0 && e.noScopes != nil {
		fail(MissingScope, e.noScopes)
	} else if len(missing) > 0 {
		fail(MissingScope, fault.New("scopes-missing", "missing", missing, "scopes", claims.Scopes))
	}
	if missing := without(p.Roles, p.ApplicableRoles(claims)); len(missing) > 0 {
		fail(MissingRole, e.missingRoles(claims, missing))
	}
	if actor := claims.Actor; actor != nil && p.ForbidImpersonation {
		fail(Impersonated, fault.New("token-impersonated",
			"actor", actor.Subject, "actor_issuer", actor.Issuer, "subject", claims.Subject))
	}
	return failures
}

// without returns the entries of required that are not in present, sorted.
func without(required, present []string) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(required)), func(entry string) bool {
		return slices.Contains(present, entry)
	})
}

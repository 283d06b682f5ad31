package oauth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Policy is what a token must satisfy. The zero Policy requires nothing.
type Policy struct {
	Audience, Scopes, Roles []string // each of which is required
	ProjectID               string   // whose roles count; "" for the introspecting application's
	OrganizationID          string   // that must have granted a role, if not ""
	ForbidImpersonation     bool     // reject tokens with an actor
}

// Failure is one reason to reject a token.
type Failure struct {
	Code   string // one of the constants, for programs
	Detail string // for people
}

// The codes of failures.
const (
	FailureInactive        = "inactive"
	FailureMissingAudience = "missing_audience"
	FailureMissingScope    = "missing_scope"
	FailureMissingRole     = "missing_role"
	FailureImpersonated    = "impersonated"
)

// CountingRoles returns the roles of claims that count under the policy, sorted:
// those of one project, and of one organization if the policy names one. Roles of
// several projects are never merged.
func (p Policy) CountingRoles(claims *Claims) []string {
	roles := claims.Roles
	if p.ProjectID != "" {
		roles = claims.RolesByProject[p.ProjectID]
	}
	counting := []string{}
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		_, granted := roles[role][p.OrganizationID]
		if granted || p.OrganizationID == "" && len(roles[role]) > 0 {
			counting = append(counting, role)
		}
	}
	return counting
}

// Evaluate returns all reasons to reject an active token, by the claims that
// introspection reports.
func (p Policy) Evaluate(claims *Claims) []Failure {
	evaluation := evaluation{missingRoles: p.missingInResponse}
	// ZITADEL fills the audience of a personal access token with the introspecting
	// application, so it proves nothing. Such a token has no client_id.
	if claims.ClientID == "" {
		evaluation.noAudience = "This is a personal access token (the response has no client_id). It is valid for " +
			"every application and has no audience of its own, so required_audience cannot be satisfied."
	}
	return p.evaluate(claims, evaluation)
}

// evaluateJWT returns all reasons to reject a JWT, by its own claims.
func (p Policy) evaluateJWT(claims *Claims) []Failure {
	evaluation := evaluation{missingRoles: p.missingInJWT}
	if len(claims.Scopes) == 0 {
		evaluation.noScopes = "A JWT access token of ZITADEL has no scope claim, so required_scopes cannot be " +
			"satisfied by verification. zitadel_introspection reports scopes; roles show a grant."
	}
	return p.evaluate(claims, evaluation)
}

// evaluation contains what differs between the sources of claims.
type evaluation struct {
	// noAudience and noScopes explain why a claim cannot be evaluated; they are
	// empty if it can.
	noAudience, noScopes string
	// missingRoles explains why required roles are missing.
	missingRoles func(*Claims, []string) string
}

func (p Policy) evaluate(claims *Claims, e evaluation) (failures []Failure) {
	fail := func(code, format string, values ...any) {
		failures = append(failures, Failure{Code: code, Detail: fmt.Sprintf(format, values...)})
	}
	if missing := without(p.Audience, claims.Audience); len(p.Audience) > 0 && e.noAudience != "" {
		fail(FailureMissingAudience, "%s", e.noAudience)
	} else if len(missing) > 0 {
		fail(FailureMissingAudience, "The token's audience lacks %s; it has %s. The scope "+
			"urn:zitadel:iam:org:project:id:{id}:aud adds a project to the "+
			"audience.", list(missing), list(claims.Audience))
	}
	if missing := without(p.Scopes, claims.Scopes); len(missing) > 0 && e.noScopes != "" {
		fail(FailureMissingScope, "%s", e.noScopes)
	} else if len(missing) > 0 {
		fail(FailureMissingScope, "The token's scope lacks %s; it has %s.", list(missing), list(claims.Scopes))
	}
	if missing := without(p.Roles, p.CountingRoles(claims)); len(missing) > 0 {
		fail(FailureMissingRole, "%s", e.missingRoles(claims, missing))
	}
	if actor := claims.Actor; actor != nil && p.ForbidImpersonation {
		fail(FailureImpersonated, "The token was issued to %s, who acts for user \"%s\", and forbid_impersonation "+
			"is set.", actor, printable(claims.Subject, 100))
	}
	return failures
}

// String describes the actor in a message.
func (a *Actor) String() string {
	if a.Subject == "" {
		return "an actor without a subject"
	}
	issuer := ""
	if a.Issuer != "" {
		issuer = fmt.Sprintf(` (issuer "%s")`, printable(a.Issuer, 200))
	}
	return fmt.Sprintf(`actor "%s"`, printable(a.Subject, 100)) + issuer
}

// without returns the entries of required that are not in present, sorted.
func without(required, present []string) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(required)), func(entry string) bool {
		return slices.Contains(present, entry)
	})
}

// list writes a set for a message, bounded.
func list(entries []string) string {
	if len(entries) == 0 {
		return "none"
	}
	quoted := make([]string, 0, len(entries))
	for _, entry := range entries {
		quoted = append(quoted, `"`+printable(entry, 200)+`"`)
	}
	const most = 20
	if len(quoted) > most {
		quoted = append(quoted[:most], fmt.Sprintf("and %d more", len(entries)-most))
	}
	return strings.Join(quoted, ", ")
}

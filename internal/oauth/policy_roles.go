package oauth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const scopeProjectsRoles = "urn:zitadel:iam:org:projects:roles"

// missingInResponse explains why roles are missing in an introspection response. The
// response contains the roles in the project of the introspecting application,
// whether or not a scope requested them. If the token has role scopes, it contains
// only the roles in these.
func (p Policy) missingInResponse(claims *Claims, missing []string) string {
	var notes []string
	if p.ProjectID != "" && claims.RolesByProject[p.ProjectID] == nil {
		reported := "no roles at all"
		if others := projects(claims); len(others) > 0 {
			reported = "roles of project " + list(others) + " only"
		}
		notes = append(notes, fmt.Sprintf("It contains %s, because introspection reports the roles in the project "+
			"of the application whose credentials it uses. If that is not project %s, use credentials of an "+
			"application of that project.", reported, printable(p.ProjectID, 100)))
	}
	// A personal access token, which has no client_id, is reported with the scopes
	// of all roles that exist in the project.
	requested := requestedRoles(claims.Scopes)
	if len(requested) > 0 && claims.ClientID != "" && len(without(missing, requested)) > 0 {
		notes = append(notes, fmt.Sprintf("The token was requested with scopes for the roles %s, so ZITADEL "+
			"reports no other roles. Request it without scopes that begin with %s, or with those of all required "+
			"roles.", list(requested), RoleScopePrefix))
	}
	if len(notes) == 0 {
		return p.lacking(claims, missing)
	}
	return fmt.Sprintf("The response does not show %s %s; the roles that count are %s. %s",
		list(missing), p.where(), list(p.CountingRoles(claims)), strings.Join(notes, " "))
}

// missingInJWT explains why roles are missing in a JWT. A JWT contains the roles in
// the projects of its audience, but only if a scope requested them.
func (p Policy) missingInJWT(claims *Claims, missing []string) string {
	if claims.RolesByProject[p.ProjectID] != nil {
		return p.lacking(claims, missing) + " If the token was requested with scopes that begin with " +
			RoleScopePrefix + ", it contains only the roles in those scopes."
	}
	contained, advice := "no roles claim", "Request it"
	if others := projects(claims); len(others) > 0 {
		contained, advice = "roles of project "+list(others)+" only", "Check project_id, and request the token"
	} else if claims.Roles != nil {
		contained = "only roles without a project, which do not count"
	}
	return fmt.Sprintf("The token does not show whether the user has %s %s: it contains %s. %s with the scopes %s "+
		"and urn:zitadel:iam:org:project:id:%s:aud. If it was requested with both, the user has no role in that "+
		"project.",
		list(missing), p.where(), contained, advice, scopeProjectsRoles, printable(p.ProjectID, 100))
}

// lacking is the message for claims that show which roles count.
func (p Policy) lacking(claims *Claims, missing []string) string {
	return fmt.Sprintf("The user lacks %s %s; the roles that count are "+
		"%s.", list(missing), p.where(), list(p.CountingRoles(claims)))
}

// where describes which roles count.
func (p Policy) where() string {
	where := "in the project of the application that introspects"
	if p.ProjectID != "" {
		where = "in project " + printable(p.ProjectID, 100)
	}
	if p.OrganizationID != "" {
		where += " by organization " + printable(p.OrganizationID, 100)
	}
	return where
}

// projects returns the IDs of the projects that claims contain roles of.
func projects(claims *Claims) []string { return slices.Sorted(maps.Keys(claims.RolesByProject)) }

// requestedRoles returns the role keys of scopes that name roles.
func requestedRoles(scopes []string) (roles []string) {
	for _, scope := range scopes {
		if role, ok := strings.CutPrefix(scope, RoleScopePrefix); ok {
			roles = append(roles, role)
		}
	}
	return roles
}

package token

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// ApplicableRoles returns the roles in claims that apply under the policy, sorted. It considers the
// roles in one project. If the policy names an organization, it considers only roles that this
// organization granted. Roles in different projects are never merged.
func (p Policy) ApplicableRoles(claims *Claims) []string {
	roles := claims.Roles
	if p.ProjectID != "" {
		roles = claims.RolesByProject[p.ProjectID]
	}
	applicable := []string{}
	for _, role := range slices.Sorted(maps.Keys(roles)) {
		_, granted := roles[role][p.OrganizationID]
		if granted || p.OrganizationID == "" && len(roles[role]) > 0 {
			applicable = append(applicable, role)
		}
	}
	return applicable
}

// missingInResponse describes why roles are missing from an introspection response. The
// response contains the roles in the project of the introspecting application, even if
// no scope requested them. If the token has role scopes, the response contains only the
// roles that these scopes name.
func (p Policy) missingInResponse(claims *Claims, missing []string) *fault.Fault {
	var reasons []error
	if p.ProjectID != "" && claims.RolesByProject[p.ProjectID] == nil {
		reasons = append(reasons, fault.New("roles-of-other-project",
			"project", p.ProjectID, "projects", projects(claims)))
	}
	// For a personal access token, which has no client_id, the response contains the scopes
	// of all roles that exist in the project.
	requested := requestedRoles(claims.Scopes)
	if len(requested) > 0 && claims.ClientID != "" && len(without(missing, requested)) > 0 {
		reasons = append(reasons, fault.New("roles-limited-by-scope",
			"requested", requested, "prefix", RoleScopePrefix))
	}
	if len(reasons) == 0 {
		return p.rolesFault("roles-missing", claims, missing)
	}
	return p.rolesFault("roles-not-reported", claims, missing, "reason", errors.Join(reasons...))
}

// missingInJWT describes why roles are missing from a JWT. A JWT contains the roles in
// the projects of its audience, but only if a scope requested them.
func (p Policy) missingInJWT(claims *Claims, missing []string) *fault.Fault {
	if claims.RolesByProject[p.ProjectID] != nil {
		return p.rolesFault("roles-missing-in-jwt", claims, missing, "prefix", RoleScopePrefix)
	}
	code := "roles-not-in-jwt"
	if others := projects(claims); len(others) > 0 {
		code = "roles-of-other-project-in-jwt"
	} else if claims.Roles != nil {
		code = "roles-without-project-in-jwt"
	}
	return p.rolesFault(code, claims, missing,
		"projects", projects(claims), "roles_scope", RolesScope, "project_scope", ProjectScope(p.ProjectID))
}

// rolesFault returns a fault about missing roles, with additional values.
func (p Policy) rolesFault(code string, claims *Claims, missing []string, additional ...any) *fault.Fault {
	return fault.New(code, "missing", missing, "applicable", p.ApplicableRoles(claims),
		"project", p.ProjectID, "organization", p.OrganizationID).With(additional...)
}

// projects returns the sorted IDs of the projects for which claims contains roles.
func projects(claims *Claims) []string { return slices.Sorted(maps.Keys(claims.RolesByProject)) }

// requestedRoles returns the keys of the roles that role scopes request.
func requestedRoles(scopes []string) (roles []string) {
	for _, scope := range scopes {
		if role, ok := strings.CutPrefix(scope, RoleScopePrefix); ok {
			roles = append(roles, role)
		}
	}
	return roles
}

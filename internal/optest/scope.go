package optest

import (
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// ZITADEL's own scopes, and the parts that scopes and claim names are built from.
const (
	scopePrefix             = "urn:zitadel:iam:"
	scopeProjectPrefix      = scopePrefix + "org:project:id:"
	scopeAudienceSuffix     = ":aud"
	scopeRolePrefix         = scopePrefix + "org:project:role:"
	scopeProjectsRoles      = scopePrefix + "org:projects:roles"
	scopeOrganizationPrefix = scopePrefix + "org:id:"
	scopeMetadata           = scopePrefix + "user:metadata"
	scopeResourceOwner      = scopePrefix + "user:resourceowner"
)

// allowScopes returns the requested scopes without those that ZITADEL ignores. It fails if no
// scope was requested.
func (s *server) allowScopes(u *ServiceUser, scopes []string) ([]string, error) {
	return op.ValidateAuthReqScopes(&userClient{user: u, world: s.issuer.World}, slices.Clone(scopes))
}

// scopeAllowed reports whether ZITADEL supports a scope that OpenID Connect does not
// define. ZITADEL does not check that the roles and projects in a scope exist.
func (w *World) scopeAllowed(scope string) bool {
	switch {
	case scope == scopeProjectsRoles, scope == scopeMetadata, scope == scopeResourceOwner:
		return true
	case strings.HasPrefix(scope, scopeRolePrefix):
		return true
	case strings.HasPrefix(scope, scopeOrganizationPrefix):
		return scope == scopeOrganizationPrefix+w.OrganizationID
	}
	_, ok := audienceProject(scope)
	return ok
}

// audienceProject returns the ID of the project that a scope adds to the audience of a token,
// or "zitadel" for ZITADEL's own project.
func audienceProject(scope string) (projectID string, ok bool) {
	rest, ok := strings.CutPrefix(scope, scopeProjectPrefix)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, scopeAudienceSuffix)
}

// audience returns the audience that scopes request.
func (w *World) audience(scopes []string) []string {
	var audience []string
	for _, scope := range scopes {
		project, ok := audienceProject(scope)
		if !ok {
			continue
		}
		if project == "zitadel" {
			project = w.zitadelProjectID
		}
		if !slices.Contains(audience, project) {
			audience = append(audience, project)
		}
	}
	return audience
}

// requestedRoles returns the role keys that scopes request.
func requestedRoles(scopes []string) []string {
	var roles []string
	for _, scope := range scopes {
		if role, ok := strings.CutPrefix(scope, scopeRolePrefix); ok {
			roles = append(roles, role)
		}
	}
	return roles
}

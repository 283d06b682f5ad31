package optest

import (
	"encoding/base64"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// addAuthentication adds the auth_time and amr claims, which describe how the user
// authenticated. A personal access token and a token from a token exchange have no auth_time.
func (t *token) addAuthentication(claims map[string]any) {
	if !t.pat && t.application == nil {
		claims["auth_time"] = t.issued.Unix()
	}
	if t.amr != nil {
		claims["amr"] = t.amr
	}
}

// addActor adds the act claim if the token has an actor.
func (t *token) addActor(claims map[string]any) {
	if t.actor != nil {
		claims["act"] = t.actor
	}
}

// addProfile adds the claims that the profile scope requests, if the token has that scope.
func (s *server) addProfile(claims map[string]any, t *token) {
	if !slices.Contains(t.scopes, oidc.ScopeProfile) {
		return
	}
	claims["name"] = t.user.Name
	claims["preferred_username"] = t.user.Name
	claims["updated_at"] = s.issuer.World.created.Unix()
}

// addScopeClaims adds the claims about the user and the user's organization that ZITADEL's own
// scopes request.
func (s *server) addScopeClaims(claims map[string]any, t *token) {
	w := s.issuer.World
	if slices.Contains(t.scopes, scopeMetadata) && len(t.user.metadata) > 0 {
		metadata := map[string]string{}
		for name, value := range t.user.metadata {
			metadata[name] = base64.RawURLEncoding.EncodeToString([]byte(value))
		}
		claims[scopeMetadata] = metadata
	}
	organization := slices.Contains(t.scopes, scopeOrganizationPrefix+w.OrganizationID)
	if organization {
		claims[scopePrefix+"org:id"] = w.OrganizationID
	}
	if organization || slices.Contains(t.scopes, scopeResourceOwner) {
		claims[scopeResourceOwner+":id"] = w.OrganizationID
		claims[scopeResourceOwner+":name"] = w.organizationName
		claims[scopeResourceOwner+":primary_domain"] = w.OrganizationDomain
	}
}

// addTokenRoles adds the roles to the claims of an access token or an ID token, unless the
// token was issued to an application that omits them.
func (s *server) addTokenRoles(claims map[string]any, t *token) {
	if t.application == nil || !t.application.omitsRoles {
		s.addRoles(claims, t)
	}
}

// addRoles adds the roles that the token's scopes request: one claim for each project in the
// token's audience in which the user has roles. If the token was issued to an application,
// addRoles always adds the roles in that application's project.
func (s *server) addRoles(claims map[string]any, t *token) {
	if t.application != nil {
		s.addProjectRoles(claims, t, t.application.Project)
	}
	if !slices.Contains(t.scopes, scopeProjectsRoles) && len(requestedRoles(t.scopes)) == 0 {
		return
	}
	for _, id := range t.audience {
		if roles := s.rolesClaim(t, id); roles != nil {
			claims[scopePrefix+"org:project:"+id+":roles"] = roles
		}
	}
}

// addProjectRoles adds the user's roles in one project as two claims: the name of one contains
// the project ID, and the name of the other does not.
func (s *server) addProjectRoles(claims map[string]any, t *token, p *Project) {
	if roles := s.rolesClaim(t, p.ID); roles != nil {
		claims[scopePrefix+"org:project:roles"] = roles
		claims[scopePrefix+"org:project:"+p.ID+":roles"] = roles
	}
}

// rolesClaim returns the user's roles in one project, or nil if there are none. It maps each
// role to the organization that granted it. If the token's scopes request individual roles,
// rolesClaim returns only those.
func (s *server) rolesClaim(t *token, projectID string) map[string]any {
	w, requested := s.issuer.World, requestedRoles(t.scopes)
	var roles map[string]any
	for _, role := range s.issuer.state.roles(t.user, projectID) {
		if len(requested) > 0 && !slices.Contains(requested, role) {
			continue
		}
		if roles == nil {
			roles = map[string]any{}
		}
		roles[role] = map[string]string{w.OrganizationID: w.OrganizationDomain}
	}
	return roles
}

package optest

import (
	"encoding/base64"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// addAuthentication adds the claims for the time and the methods of the user's
// authentication. A token from a token exchange has only the methods.
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

// addProfile adds the claims of the profile scope.
func (s *server) addProfile(claims map[string]any, t *token) {
	if !slices.Contains(t.scopes, oidc.ScopeProfile) {
		return
	}
	claims["name"] = t.user.Name
	claims["preferred_username"] = t.user.Name
	claims["updated_at"] = s.issuer.World.created.Unix()
}

// addScopeClaims adds the claims about the user and its organization that ZITADEL's
// own scopes request.
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

// addRoles adds the roles that the token's scopes request: a claim for each project in
// which the user has roles, if the audience contains the project. For a token that was
// issued to an application, it always adds the roles in the application's project.
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

// addProjectRoles adds the user's roles in one project, under both claim names.
func (s *server) addProjectRoles(claims map[string]any, t *token, p *Project) {
	if roles := s.rolesClaim(t, p.ID); roles != nil {
		claims[scopePrefix+"org:project:roles"] = roles
		claims[scopePrefix+"org:project:"+p.ID+":roles"] = roles
	}
}

// rolesClaim returns the user's roles in one project, each with the organization
// that granted it, or nil if there are none. If scopes request individual roles, it
// returns only those.
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

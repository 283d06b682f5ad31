package token

// The ZITADEL scopes that the provider requests or checks.
const (
	// RoleScopePrefix is the prefix of a scope that requests one role by its key.
	RoleScopePrefix = "urn:zitadel:iam:org:project:role:"
	// RolesScope requests the roles in all projects of the token's audience.
	RolesScope = "urn:zitadel:iam:org:projects:roles"
	// MetadataScope and ResourceOwnerScope request the claims about the user's metadata
	// and resource owner.
	MetadataScope      = "urn:zitadel:iam:user:metadata"
	ResourceOwnerScope = "urn:zitadel:iam:user:resourceowner"
	// APIProject is the project ID of ZITADEL's own API in [ProjectScope].
	APIProject = "zitadel"
)

// ProjectScope returns the scope that adds a project to a token's audience. If id is a
// client ID, the scope adds that client instead.
func ProjectScope(id string) string { return "urn:zitadel:iam:org:project:id:" + id + ":aud" }

// OrganizationScope returns the scope that restricts a login to an organization.
func OrganizationScope(id string) string { return "urn:zitadel:iam:org:id:" + id }

// RoleScope returns the scope that requests one role.
func RoleScope(role string) string { return RoleScopePrefix + role }

package oauth

// RoleScopePrefix begins a scope that requests one role by its key.
const RoleScopePrefix = "urn:zitadel:iam:org:project:role:"

// ProjectScope returns the scope that adds a project to a token's audience. A client ID
// in place of the project ID adds that client.
func ProjectScope(id string) string { return "urn:zitadel:iam:org:project:id:" + id + ":aud" }

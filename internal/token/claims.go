// Package token decodes JWTs, key sets and the responses that describe tokens, and decides whether to
// accept a token. It sends no requests. Every error is a [fault.Fault], or joins several of them.
package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
)

// Roles contains granted roles. For each role, it maps the ID of each organization that granted the
// role to the organization's domain.
type Roles map[string]map[string]string

// ResourceOwner is the organization that a user belongs to.
type ResourceOwner struct{ ID, Name, PrimaryDomain string }

// Actor identifies the user who acts on behalf of a token's subject, as described by the outermost
// "act" claim (RFC 8693 section 4.1). A missing member is "".
type Actor struct{ Subject, Issuer string }

// Claims contains the claims of a token and its user. RFC 7519 section 4.1, RFC 7662
// section 2.2 and ZITADEL define these claims. A missing string is "", and a missing time
// is zero.
type Claims struct {
	ClientID, Subject, Username, Issuer, JWTID, TokenType string
	Scopes, Audience                                      []string
	IssuedAt, NotBefore, ExpiresAt, AuthTime              time.Time

	RolesByProject map[string]Roles // keyed by project ID
	Roles          Roles            // roles in the project of the introspecting application
	Metadata       map[string]string
	ResourceOwner  *ResourceOwner
	Actor          *Actor // nil if the token has no actor

	JSON string // the document as it was received
}

// The claims that ZITADEL adds to the registered claims, the claims of RFC 8693 and RFC 8417
// that this package uses, and the member of "events" that identifies a logout token.
const (
	claimRoles         = "urn:zitadel:iam:org:project:roles"
	claimProjectPrefix = "urn:zitadel:iam:org:project:"
	claimRolesSuffix   = ":roles"
	claimMetadata      = "urn:zitadel:iam:user:metadata"
	claimOwnerID       = "urn:zitadel:iam:user:resourceowner:id"
	claimOwnerName     = "urn:zitadel:iam:user:resourceowner:name"
	claimOwnerDomain   = "urn:zitadel:iam:user:resourceowner:primary_domain"
	claimActor         = "act"
	claimEvents        = "events"
	claimLogoutEvent   = "http://schemas.openid.net/event/backchannel-logout"
)

// decisiveNames returns the names of the claims that determine whether a token is accepted, or that
// are reported to the user. The additional names are decisive only in a specific kind of document.
func decisiveNames(additional ...string) object.Names {
	return object.Names{
		Exact: slices.Concat([]string{
			"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "active", "username", "token_type",
			"auth_time",
			claimActor, claimRoles, claimMetadata, claimOwnerID, claimOwnerName, claimOwnerDomain, claimEvents,
		}, idTokenClaims(), additional),
		Prefix: claimProjectPrefix, Suffix: claimRolesSuffix,
	}
}

// decodeClaims decodes a JSON object that contains claims. It also returns the members of
// the object. The error names each claim that has the wrong type, but contains no values.
func decodeClaims(data []byte) (*Claims, map[string]json.RawMessage, error) {
	members, err := object.Members(data, decisiveNames())
	if err != nil {
		return nil, nil, err
	}
	claims, err := claimsOf(members, data)
	if err != nil {
		return nil, nil, err
	}
	return claims, members, nil
}

// claimsOf decodes the claims in members, which [object.Members] returned for data. The
// error names each claim that has the wrong type, but contains no values.
func claimsOf(members map[string]json.RawMessage, data []byte) (*Claims, error) {
	d := claimDecoder{members: members}
	claims := &Claims{
		ClientID: d.text("client_id"), Subject: d.text("sub"), Username: d.text("username"),
		Issuer: d.text("iss"), JWTID: d.text("jti"), TokenType: d.text("token_type"),
		Scopes: strings.Fields(d.text("scope")), Audience: d.texts("aud"),
		IssuedAt: d.time("iat"), NotBefore: d.time("nbf"), ExpiresAt: d.time("exp"), AuthTime: d.time("auth_time"),
		RolesByProject: d.rolesByProject(), Metadata: d.metadata(), ResourceOwner: d.owner(), Actor: d.actor(),
		JSON: string(bytes.TrimSpace(data)),
	}
	d.read(claimRoles, &claims.Roles)
	return claims, errors.Join(d.faults...)
}

// claimDecoder decodes claims and collects their faults.
type claimDecoder struct {
	members map[string]json.RawMessage
	path    string // prefix of member names in faults
	faults  []error
}

// read decodes a claim into value, unless the claim is missing or null.
func (d *claimDecoder) read(name string, value any) {
	if err := object.DecodeMember(d.path+name, d.members[name], value); err != nil {
		d.faults = append(d.faults, err)
	}
}

func (d *claimDecoder) text(name string) (value string) {
	d.read(name, &value)
	return value
}

func (d *claimDecoder) time(name string) time.Time {
	at, err := object.DecodeTime(d.path+name, d.members[name])
	if err != nil {
		d.faults = append(d.faults, err)
	}
	return at
}

func (d *claimDecoder) texts(name string) []string {
	values, err := object.DecodeStrings(d.path+name, d.members[name])
	if err != nil {
		d.faults = append(d.faults, err)
	}
	return values
}

// actor decodes "act". The rules of [object.Unambiguous] also apply to the members of this
// claim. Nested actors are ignored, as RFC 8693 section 4.1 requires.
func (d *claimDecoder) actor() *Actor {
	var members map[string]json.RawMessage
	if d.read(claimActor, &members); members == nil {
		return nil
	}
	act := claimDecoder{members: members, path: claimActor + "."}
	if err := object.Unambiguous(d.members[claimActor], decisiveNames()); err != nil {
		act.faults = []error{fault.New("member-ambiguous", "member", claimActor, "reason", err)}
	}
	actor := &Actor{Subject: act.text("sub"), Issuer: act.text("iss")}
	d.faults = append(d.faults, act.faults...)
	return actor
}

func (d *claimDecoder) rolesByProject() map[string]Roles {
	projects := map[string]Roles{}
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		id, ok := strings.CutPrefix(name, claimProjectPrefix)
		if !ok {
			continue
		}
		if id, ok = strings.CutSuffix(id, claimRolesSuffix); ok && id != "" {
			var roles Roles
			if d.read(name, &roles); roles != nil {
				projects[id] = roles
			}
		}
	}
	return projects
}

// metadata decodes the metadata of the user. ZITADEL encodes the values in base64. A value that does
// not decode to valid UTF-8 remains unchanged.
func (d *claimDecoder) metadata() map[string]string {
	var metadata map[string]string
	d.read(claimMetadata, &metadata)
	for name, value := range metadata {
		if decoded, err := object.DecodeBase64(value); err == nil && utf8.Valid(decoded) {
			metadata[name] = string(decoded)
		}
	}
	return metadata
}

func (d *claimDecoder) owner() *ResourceOwner {
	owner := ResourceOwner{
		ID: d.text(claimOwnerID), Name: d.text(claimOwnerName), PrimaryDomain: d.text(claimOwnerDomain),
	}
	if owner == (ResourceOwner{}) {
		return nil
	}
	return &owner
}

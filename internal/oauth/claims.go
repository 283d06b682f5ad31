package oauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Roles are granted roles: role > id of the organization that granted it > the
// domain of that organization.
type Roles map[string]map[string]string

// ResourceOwner is the organization that a user belongs to.
type ResourceOwner struct{ ID, Name, PrimaryDomain string }

// Actor identifies the user of a token that was issued for another user: the
// outermost act claim (RFC 8693 section 4.1). A missing member is "".
type Actor struct{ Subject, Issuer string }

// Claims are what is known of a token and of whom it speaks for: the claims of
// RFC 7519 section 4.1 and RFC 7662 section 2.2, and ZITADEL's own. A string
// that is not stated is "", a time that is not stated is zero.
type Claims struct {
	ClientID, Subject, Username, Issuer, JWTID, TokenType string
	Scopes, Audience                                      []string
	IssuedAt, NotBefore, ExpiresAt, AuthTime              time.Time

	RolesByProject map[string]Roles // by project id
	Roles          Roles            // in the asking application's project
	Metadata       map[string]string
	ResourceOwner  *ResourceOwner
	Actor          *Actor // nil without one

	JSON string // the document as it was received
}

// UserInfo is what the user info endpoint tells of a user. A string that is not
// stated is "".
type UserInfo struct {
	Claims
	Name, GivenName, FamilyName, Email, Locale string
	EmailVerified                              *bool // nil if not stated
}

// The claims that ZITADEL adds to the registered ones.
const (
	claimRoles         = "urn:zitadel:iam:org:project:roles"
	claimProjectPrefix = "urn:zitadel:iam:org:project:"
	claimRolesSuffix   = ":roles"
	claimMetadata      = "urn:zitadel:iam:user:metadata"
	claimOwnerID       = "urn:zitadel:iam:user:resourceowner:id"
	claimOwnerName     = "urn:zitadel:iam:user:resourceowner:name"
	claimOwnerDomain   = "urn:zitadel:iam:user:resourceowner:primary_domain"
	claimActor         = "act" // of RFC 8693
)

// decodeClaims decodes a JSON object of claims, and returns its members as well. The
// error names each claim that has the wrong type, but never its value.
func decodeClaims(data []byte) (*Claims, map[string]json.RawMessage, error) {
	members, err := object(data)
	if err != nil {
		return nil, nil, err
	}
	claims, err := claimsOf(members, data)
	if err != nil {
		return nil, nil, err
	}
	return claims, members, nil
}

// claimsOf decodes the claims of data, whose members are those of [object]. It
// fails like decodeClaims.
func claimsOf(members map[string]json.RawMessage, data []byte) (*Claims, error) {
	d := claimDecoder{members: members}
	claims := &Claims{
		ClientID: d.text("client_id"), Subject: d.text("sub"), Username: d.text("username"),
		Issuer: d.text("iss"), JWTID: d.text("jti"), TokenType: d.text("token_type"),
		Scopes: strings.Fields(d.text("scope")), Audience: d.audience(),
		IssuedAt: d.time("iat"), NotBefore: d.time("nbf"), ExpiresAt: d.time("exp"), AuthTime: d.time("auth_time"),
		RolesByProject: d.rolesByProject(), Metadata: d.metadata(), ResourceOwner: d.owner(), Actor: d.actor(),
		JSON: string(bytes.TrimSpace(data)),
	}
	d.read(claimRoles, &claims.Roles)
	return claims, d.fault()
}

// decodeUserInfo reads the claims of OpenID Connect Core 1.0 section 5.1. "sub"
// must be there.
func decodeUserInfo(data []byte) (*UserInfo, error) {
	members, err := object(data, "name", "given_name", "family_name", "email", "email_verified", "locale", "preferred_username")
	if err != nil {
		return nil, err
	}
	claims, err := claimsOf(members, data)
	if err != nil {
		return nil, err
	}
	if claims.Subject == "" {
		return nil, errors.New(missingMember("sub"))
	}
	d := claimDecoder{members: members}
	info := &UserInfo{
		Claims: *claims, Name: d.text("name"), GivenName: d.text("given_name"), FamilyName: d.text("family_name"),
		Email: d.text("email"), Locale: d.text("locale"),
	}
	info.Username = d.text("preferred_username")
	d.read("email_verified", &info.EmailVerified)
	return info, d.fault()
}

// claimDecoder decodes claims and collects their faults.
type claimDecoder struct {
	members map[string]json.RawMessage
	path    string // before the names of the members, in faults
	faults  []string
}

// fault returns the faults as one error in one line. Its length is bounded, because
// each member of the document may have a fault.
func (d *claimDecoder) fault() error {
	const most = 5
	faults := d.faults
	if len(faults) == 0 {
		return nil
	}
	if len(faults) > most {
		faults = append(slices.Clone(faults[:most]), fmt.Sprintf("and %d more", len(faults)-most))
	}
	return errors.New(strings.Join(faults, "; "))
}

// read decodes a claim into value, unless the claim is missing or null.
func (d *claimDecoder) read(name string, value any) {
	if err := decodeMember(d.members[name], value); err != nil {
		d.faults = append(d.faults, claimFault(d.path+name, err))
	}
}

func (d *claimDecoder) text(name string) (value string) {
	d.read(name, &value)
	return value
}

// time reads a NumericDate (RFC 7519 section 2), whose fraction is dropped.
func (d *claimDecoder) time(name string) time.Time {
	var seconds *float64
	d.read(name, &seconds)
	const year9999 = 253402300799
	switch {
	case seconds == nil:
		return time.Time{}
	case *seconds < 0 || *seconds > year9999:
		d.faults = append(d.faults, fmt.Sprintf("claim %q is not a time", name))
		return time.Time{}
	}
	return time.Unix(int64(*seconds), 0).UTC()
}

// audience decodes "aud", a string or an array of strings (RFC 7519 section
// 4.1.3).
func (d *claimDecoder) audience() []string {
	raw := d.members["aud"]
	if len(raw) == 0 || raw[0] != '"' {
		var entries []string
		d.read("aud", &entries)
		return entries
	}
	if entry := d.text("aud"); entry != "" {
		return []string{entry}
	}
	return nil
}

// actor decodes "act". The rules of [object] apply to its members as well. Actors
// inside it are not considered, as RFC 8693 section 4.1 prescribes.
func (d *claimDecoder) actor() *Actor {
	var members map[string]json.RawMessage
	if d.read(claimActor, &members); members == nil {
		return nil
	}
	act := claimDecoder{members: members, path: claimActor + "."}
	if err := unambiguous(d.members[claimActor]); err != nil {
		act.faults = []string{fmt.Sprintf("claim %q: %s", claimActor, err)}
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

// metadata decodes the values, which ZITADEL writes in base64, where that gives
// text; others are left as they came.
func (d *claimDecoder) metadata() map[string]string {
	var metadata map[string]string
	d.read(claimMetadata, &metadata)
	for name, value := range metadata {
		plain := strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(value)
		if decoded, err := base64.RawStdEncoding.DecodeString(plain); err == nil && utf8.Valid(decoded) {
			metadata[name] = string(decoded)
		}
	}
	return metadata
}

func (d *claimDecoder) owner() *ResourceOwner {
	owner := ResourceOwner{ID: d.text(claimOwnerID), Name: d.text(claimOwnerName), PrimaryDomain: d.text(claimOwnerDomain)}
	if owner == (ResourceOwner{}) {
		return nil
	}
	return &owner
}

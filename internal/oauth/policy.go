package oauth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// Policy is what a token must be good for. The zero Policy demands nothing.
type Policy struct {
	Audience, Scopes, Roles []string // every one of which must be there
	ProjectID               string   // whose roles count; "" for the asking application's
	OrganizationID          string   // that must have granted a role, if not ""
}

// Failure is one reason for which a token is refused.
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
)

// CountingRoles returns the roles of claims that count under the policy,
// sorted: those of one project, and of one organization if it names one. Roles
// of several projects are never merged.
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

// untold says why a claim cannot be judged by, "" if it can.
type untold struct{ audience, scopes string }

// Judge returns every reason for which the policy refuses an active token, by
// what introspection tells of it.
func (p Policy) Judge(claims *Claims) []Failure {
	// ZITADEL fills in the audience of a personal access token with whoever
	// asks, so it says nothing. Such a token has no client_id.
	if claims.ClientID == "" {
		return p.judge(claims, untold{audience: "This is a personal access token (the answer has no client_id): it is for every application and has no audience of its own, so required_audience cannot hold."})
	}
	return p.judge(claims, untold{})
}

func (p Policy) judge(claims *Claims, untold untold) (failures []Failure) {
	fail := func(code, format string, values ...any) {
		failures = append(failures, Failure{Code: code, Detail: fmt.Sprintf(format, values...)})
	}
	if missing := without(p.Audience, claims.Audience); len(p.Audience) > 0 && untold.audience != "" {
		fail(FailureMissingAudience, "%s", untold.audience)
	} else if len(missing) > 0 {
		fail(FailureMissingAudience, "The token's audience lacks %s; it has %s. A project's id gets into it by the scope urn:zitadel:iam:org:project:id:{id}:aud.", list(missing), list(claims.Audience))
	}
	if missing := without(p.Scopes, claims.Scopes); len(missing) > 0 && untold.scopes != "" {
		fail(FailureMissingScope, "%s", untold.scopes)
	} else if len(missing) > 0 {
		fail(FailureMissingScope, "The token's scope lacks %s; it has %s.", list(missing), list(claims.Scopes))
	}
	if held := p.CountingRoles(claims); len(without(p.Roles, held)) > 0 {
		fail(FailureMissingRole, "The user lacks %s %s; those that count are %s.%s", list(without(p.Roles, held)), p.where(), list(held), p.elsewhere(claims))
	}
	return failures
}

// where says which roles count.
func (p Policy) where() string {
	where := "in the project of the application that asked"
	if p.ProjectID != "" {
		where = "in project " + printable(p.ProjectID, 100)
	}
	if p.OrganizationID != "" {
		where += " by organization " + printable(p.OrganizationID, 100)
	}
	return where
}

// elsewhere tells of roles in other projects than the one that counts, since
// ZITADEL tells an application only of the roles in its own.
func (p Policy) elsewhere(claims *Claims) string {
	others := slices.Sorted(maps.Keys(claims.RolesByProject))
	if p.ProjectID == "" || len(others) == 0 || slices.Contains(others, p.ProjectID) {
		return ""
	}
	return fmt.Sprintf(" The roles that are told are of %s only: ask as an application of project %s.", list(others), printable(p.ProjectID, 100))
}

// Judge returns every reason for which the policy refuses the token. Of an
// inactive token nothing is known, so that is the only one; its detail adds
// what the token itself shows at the time now, as a hint.
func (i *Introspection) Judge(p Policy, token key.Secret, issuer string, now time.Time) []Failure {
	if i.Active {
		return p.Judge(&i.Claims)
	}
	return []Failure{{Code: FailureInactive, Detail: "ZITADEL says that the token is not active. " + i.hint(token, issuer, now)}}
}

// hint reads an inactive token, if it can be read, for what may be the reason.
func (i *Introspection) hint(token key.Secret, issuer string, now time.Time) string {
	audience := fmt.Sprintf("its audience must hold the project of application %s, or that application (ask for it with the scope urn:zitadel:iam:org:project:id:{project id}:aud)", i.ApplicationID)
	const unseen = "it may have been revoked, or its user deactivated; or something failed inside ZITADEL, which answers the same"
	if !isJWT(token.Reveal()) {
		return "It is opaque, so the reason cannot be seen: it may have expired or belong to another instance; " + audience + "; " + unseen + "."
	}
	_, payload, err := DecodeJWT(token.Reveal())
	if err != nil {
		return "It looks like a JWT, but cannot be read: it may have been cut or changed on its way."
	}
	claims, err := decodeClaims(payload)
	if err != nil {
		return "It is a JWT whose claims cannot be read: " + err.Error() + "."
	}
	var hints []string
	if !claims.ExpiresAt.IsZero() && !now.Before(claims.ExpiresAt) {
		hints = append(hints, "it expired at "+claims.ExpiresAt.Format(time.RFC3339))
	}
	if claims.Issuer != issuer {
		hints = append(hints, fmt.Sprintf("its issuer is \"%s\", not \"%s\"", printable(claims.Issuer, 200), issuer))
	}
	if isIDToken(payload) {
		hints = append(hints, "it is an id token, not an access token")
	}
	if !slices.Contains(claims.Audience, i.ApplicationID) {
		hints = append(hints, fmt.Sprintf("its audience is %s: if that is not the application's project, %s", list(claims.Audience), audience))
	}
	return "By its own, unverified content: " + strings.Join(append(hints, "what it does not show: "+unseen), "; ") + "."
}

// without returns the entries of required that are not in held.
func without(required, held []string) []string {
	return slices.DeleteFunc(slices.Sorted(slices.Values(required)), func(entry string) bool {
		return slices.Contains(held, entry)
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

package optest

import (
	"slices"
	"strings"
	"time"
)

// olderPATExpiration is the time at which personal access tokens on the older recorded servers
// expire: the start of 2029.
var olderPATExpiration = time.Date(2029, time.January, 1, 0, 0, 0, 0, time.UTC)

// The names of the service users that exist only on the older recorded servers.
const (
	olderFresh     = "svc-fresh"   // created during the recording and deleted at its end
	olderDeleted   = "svc-deleted" // like olderFresh
	olderRoles     = "svc-roles"   // has roles whose keys contain special characters
	olderRolesJWT  = "svc-rolesj"  // like olderRoles, but with JWT access tokens
	olderActor     = "act1"        // is allowed to impersonate users
	olderNextActor = "act2"        // is allowed to impersonate users
	olderSubject   = "acts"        // is impersonated
	olderBroken    = "svc-broken"  // has a role that ZITADEL stores but cannot read
)

// addOlderContent changes w to match the older recorded servers: it adds users and
// applications, and removes metadata and roles. Because generating a key is slow, the added
// users share the private key of World.Service under key IDs of their own.
func addOlderContent(w *World) {
	private := w.Service.keys[0].private
	w.ServiceJWT.metadata = nil
	w.OtherProject.Roles = nil
	w.OIDC.omitsRoles, w.OIDCBasic.omitsRoles = true, true
	roles := &Project{ID: "401273745731226662", Roles: []string{
		"*", "a:b", "a:b:c", "c/d", "e f", "h%i", "id:1:aud", "l.m", "reader", "roles",
		scopeRolePrefix + "x", strings.Repeat("x", 200), "é",
	}}
	acting, broken := &Project{ID: "401273768749567014"}, &Project{ID: "401274842306841638"}
	for _, u := range []*ServiceUser{
		{
			ID: "401273134554024998", Name: olderFresh,
			keys: []*key{{id: "401273134772128806"}, {id: "401273139134204966"}},
		},
		{ID: "401274853547576358", Name: olderDeleted, keys: []*key{{id: "401274853597908006"}}},
		{
			ID: "401273746368760870", Name: olderRoles, keys: []*key{{id: "401273746570087462"}},
			grants: map[string][]string{roles.ID: roles.Roles},
		},
		{
			ID: "401273746452646950", Name: olderRolesJWT, keys: []*key{{id: "401273746888854566"}},
			grants: map[string][]string{roles.ID: roles.Roles}, jwtTokens: true,
		},
		{ID: "401273768816675878", Name: olderActor, keys: []*key{{id: "401273768917339174"}}},
		{ID: "401273768850230310", Name: olderNextActor, keys: []*key{{id: "401273769018002470"}}},
		{ID: "401273768883784742", Name: olderSubject, keys: []*key{{id: "401273769152220198"}}},
		{
			ID: "401274842441059366", Name: olderBroken, keys: []*key{{id: "401274842508168230"}},
			grants: map[string][]string{broken.ID: {"{br}"}},
		},
	} {
		for _, k := range u.keys {
			k.private = private
		}
		w.users = append(w.users, u)
	}
	w.further = []*Application{
		{ClientID: "401273747006360614", Project: roles, Secret: newSecret()},
		{ClientID: "401273769320057894", Project: acting, Secret: newSecret(), web: true, omitsRoles: true},
	}
}

// olderChanges is like changes, but for the older releases. All of their servers were changed
// in the same way, but the same exchange can have a different number in each recording. The
// returned function therefore identifies an exchange by its title.
func (r *replay) olderChanges() func(recording) {
	w, i := r.world, r.issuer
	fresh := w.userByName(olderFresh)
	i.state.tokens[w.Service.patID].expires = olderPATExpiration
	byTitle := map[string]func(){
		"4.28a token issued while the instance access-token lifetime is 3s": func() { i.TokenLifetime(3 * time.Second) },
		"4.28b same token immediately":                                      func() { i.TokenLifetime(defaultTokenLifetime) },
		"5.51 key deleted (immediately)":                                    func() { i.DeleteKey(fresh.keys[0].id) },
		"5.53 user deactivated":                                             func() { i.Deactivate(fresh) },
		"5.55 introspect the same token after reactivation":                 func() { i.Reactivate(fresh) },
		"12.18 jwt-bearer of a locked user":                                 func() { i.Deactivate(fresh) },
		"12.21 jwt-bearer of a deleted user": func() {
			i.DeleteKey(fresh.keys[1].id)
			i.DeleteKey(w.userByName(olderDeleted).keys[0].id)
		},
		"7.20 exchange by an API app (Basic)":                         func() { i.TokenExchange(true) },
		"7.31 impersonation enabled, actor without impersonator role": func() { i.AllowImpersonation(true) },
		"7.32 impersonation enabled, actor IAM_ADMIN_IMPERSONATOR":    func() { i.MakeImpersonator(w.Service) },
		"12.1 introspection with a fresh application key right after creation": func() {
			r.addKey(w.API.ClientID, "400663636466469926", defaultExpiration())
		},
		"12.2 the same key immediately after deletion": func() { i.DeleteKey("400663636466469926") },
		"11.1 DB down: /debug/ready":                   func() { i.DatabaseDown(true) },
		"11.2 the same token after PostgreSQL is back": func() { i.DatabaseDown(false) },
		"11b.1 DB down + instance cache: /debug/ready": func() {
			i.InstanceCache(true)
			i.DatabaseDown(true)
		},
		"11b.2 the same token after PostgreSQL is back": func() {
			i.InstanceCache(false)
			i.DatabaseDown(false)
		},
		"JWKS (no token was signed within the life of the public keys)": i.expireKeys,
		"13 PAT": func() {
			r.addPAT(w.userByName(olderRoles), "401273746972740646", time.Unix(rolesCreatedAt(i.currentRelease()), 0),
				olderPATExpiration)
		},
		"15.1 a1 acts for s by user id, opaque": func() {
			i.MakeImpersonator(w.userByName(olderActor))
			i.MakeImpersonator(w.userByName(olderNextActor))
		},
	}
	return func(next recording) {
		if change, ok := byTitle[next.Title]; ok {
			change()
		}
	}
}

// rolesCreatedAt returns the Unix time at which the user olderRoles was created on the
// recorded server of the given release.
func rolesCreatedAt(release Release) int64 {
	return map[Release]int64{
		ReleaseV4_13: 1795674169, ReleaseV3_4: 1795672985, ReleaseV2_71: 1795673791, ReleaseV2_62: 1795674679,
	}[release]
}

// expireKeys makes the published keys expire. In releases that do not publish the next key in
// advance, this happens 30 hours after the last signature, and the next signature uses a new
// key.
func (i *Issuer) expireKeys() {
	i.keys.rotate()
	i.keys.mu.Lock()
	defer i.keys.mu.Unlock()
	i.keys.keys = slices.DeleteFunc(i.keys.keys, func(k *key) bool { return k != i.keys.active && k != i.keys.next })
	i.keys.used = false
}

package optest

import "time"

// changes returns what was done to the real server between the recorded
// exchanges, by the number of the exchange that came next.
func (r *replay) changes() map[int]func() {
	w, i := r.world, r.issuer
	return map[int]func(){
		78:  func() { i.TokenLifetime(3 * time.Second) },
		80:  func() { i.TokenLifetime(defaultTokenLifetime) },
		172: func() { r.addKey(w.ServiceNoGrant.ID, "400663587678325798", farFuture()) },
		173: func() { i.DeleteKey("400663587678325798") },
		176: func() { i.Deactivate(w.ServiceNoGrant) },
		178: func() { i.Reactivate(w.ServiceNoGrant) },
		180: func() { r.addKey(w.ServiceNoGrant.ID, "400663592292060198", time.Unix(1795310114, 0)) },
		182: func() { i.Grant(w.Service, w.OtherProject, "reader") },
		243: func() { r.addPAT(w.ServiceNoGrant, "400663606233926694", time.Unix(1795310119, 0)) },
		248: func() { i.state.revoke(&token{id: "400663606233926694"}) },
		250: func() { r.addKey(w.ServiceNoGrant.ID, "400663608616356902", farFuture()) },
		251: func() { i.DeleteKey("400663608616356902") },
		310: func() { i.Grant(w.Service, w.Project, "reader") },
		312: func() { i.Grant(w.Service, w.Project, "reader", "writer") },
		355: func() { r.addKey(w.API.ClientID, "400663636466469926", farFuture()) },
		356: func() { i.DeleteKey("400663636466469926") },
		358: func() { r.addKey(w.API.ClientID, "400663640291675174", time.Unix(1795310143, 0)) },
	}
}

// addKey registers a key. It is the owner's first key under another ID, as
// making one takes long.
func (r *replay) addKey(owner, keyID string, expires time.Time) {
	k := &key{id: keyID}
	if a := r.world.application(owner); a != nil {
		k.private = a.keys[0].private
	} else {
		k.private = r.world.userByID(owner).keys[0].private
	}
	r.keys[keyID] = k
	r.issuer.state.addKey(owner, k, expires)
}

// addPAT gives a user a personal access token.
func (r *replay) addPAT(u *ServiceUser, patID string, issued time.Time) {
	owner := *u
	owner.patID = patID
	pat := newPAT(r.world, u)
	pat.id, pat.issued = patID, issued
	r.issuer.state.addToken(pat)
	r.pats[u.Name] = r.world.sealPAT(&owner)
}

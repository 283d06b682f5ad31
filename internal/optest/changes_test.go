package optest

import "time"

// changes returns a function to call before each exchange with the newest release. If the
// recorded server was changed at that point, the function makes the same change to the issuer.
func (r *replay) changes() func(recording) {
	w, i := r.world, r.issuer
	temporary := w.userByName(temporaryUser)
	byNumber := map[int]func(){
		78:  func() { i.TokenLifetime(3 * time.Second) },
		80:  func() { i.TokenLifetime(defaultTokenLifetime) },
		172: func() { r.addKey(w.ServiceNoGrant.ID, "400663587678325798", defaultExpiration()) },
		173: func() { i.DeleteKey("400663587678325798") },
		176: func() { i.Deactivate(w.ServiceNoGrant) },
		178: func() { i.Reactivate(w.ServiceNoGrant) },
		180: func() { r.addKey(w.ServiceNoGrant.ID, "400663592292060198", time.Unix(1795310114, 0)) },
		182: func() { i.Grant(w.Service, w.OtherProject, "reader") },
		243: func() {
			r.addPAT(w.ServiceNoGrant, "400663606233926694", time.Unix(1795310119, 0), defaultExpiration())
		},
		248: func() { i.state.revoke(&token{id: "400663606233926694"}) },
		250: func() { r.addKey(w.ServiceNoGrant.ID, "400663608616356902", defaultExpiration()) },
		251: func() { i.DeleteKey("400663608616356902") },
		285: func() { i.AllowImpersonation(true) },
		286: func() { i.MakeImpersonator(w.Service) },
		310: func() { i.Grant(w.Service, w.Project, "reader") },
		312: func() { i.Grant(w.Service, w.Project, "reader", "writer") },
		355: func() { r.addKey(w.API.ClientID, "400663636466469926", defaultExpiration()) },
		356: func() { i.DeleteKey("400663636466469926") },
		358: func() { r.addKey(w.API.ClientID, "400663640291675174", time.Unix(1795310143, 0)) },
		365: func() { temporary.Name = "svc-temp2" },
		368: func() {
			r.addPAT(temporary, "400663653830888486", time.Unix(1795310147, 0), time.Unix(1795310151, 0))
		},
		370: func() { i.Deactivate(temporary) }, // the real user was locked, which has the same effect
		372: func() { i.Reactivate(temporary) },
		374: func() { i.Deactivate(temporary); i.DeleteKey(temporary.keys[0].id) }, // the real user was deleted
		382: func() { i.RotateKey(); i.RotateKey() },
		384: func() { r.activate("400663540467502118"); i.DeleteSigningKey("400663664350202918") },
	}
	return func(next recording) {
		if change, ok := byNumber[next.Number]; ok {
			change()
		}
	}
}

// addKey registers a key for owner. Because generating a key is slow, the new key reuses the
// owner's first private key under the given ID.
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

// temporaryUser is the name of a service user that was deleted at the end of the recording.
const temporaryUser = "svc-temp"

// addTemporaryUser adds the temporary user to w. The user has its own key ID, but shares
// another user's private key.
func addTemporaryUser(w *World) {
	w.users = append(w.users, &ServiceUser{
		ID: "400663651112979494", Name: temporaryUser, Secret: newSecret(), jwtTokens: true,
		keys: []*key{{id: "400663651230420006", private: w.ServiceNoGrant.keys[0].private}},
	})
}

// activate activates the signing key with the given ID, which need not be the next key.
func (r *replay) activate(keyID string) {
	r.issuer.keys.mu.Lock()
	defer r.issuer.keys.mu.Unlock()
	for _, k := range r.issuer.keys.keys {
		if k.id == keyID {
			r.issuer.keys.active = k
		}
	}
}

// addPAT adds a personal access token for u.
func (r *replay) addPAT(u *ServiceUser, patID string, issued, expires time.Time) {
	owner := *u
	owner.patID = patID
	pat := newPAT(r.world, u)
	pat.id, pat.issued, pat.expires = patID, issued, expires
	r.issuer.state.addToken(pat)
	r.pats[u.Name] = r.world.encodePAT(&owner)
}

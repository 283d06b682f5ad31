package optest

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"testing"
)

const tokenTypePrefix = "urn:ietf:params:oauth:token-type:"

// exchangeForm returns the form with which World.OIDCBasic exchanges subject. The strings in
// more are alternating names and values of additional parameters.
func exchangeForm(w *World, subject string, more ...string) url.Values {
	form := url.Values{
		"grant_type":    {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"client_id":     {w.OIDCBasic.ClientID},
		"client_secret": {w.OIDCBasic.Secret},
		"subject_token": {subject}, "subject_token_type": {tokenTypePrefix + "access_token"},
	}
	for n := 0; n < len(more); n += 2 {
		form.Set(more[n], more[n+1])
	}
	return form
}

// wantError fails the test unless the token endpoint responds with the given error.
func wantError(t *testing.T, i *Issuer, form url.Values, status int, code, description string) {
	t.Helper()
	got, object := sendForJSON(t, http.MethodPost, i.URL+tokenPath, form, nil)
	want := map[string]any{"error": code, "error_description": description}
	if got != status || !maps.Equal(object, want) {
		t.Errorf("status %d, %v; want %d, %v", got, object, status, want)
	}
}

func TestExchangeWithKey(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	form := exchangeForm(w, requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT)),
		"requested_token_type", tokenTypePrefix+"jwt",
		"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
		"client_assertion", signAssertion(t, w.OIDC.KeyJSON(), issuer.URL))
	form.Del("client_id")
	form.Del("client_secret")
	token := requestToken(t, issuer, form)
	wantToken(t, issuer, token, issuer.ActiveKeyID(), true)
	_, object := introspect(t, issuer, w.APIBasic, token)
	if object["client_id"] != w.OIDC.ClientID || object["sub"] != w.ServiceJWT.ID ||
		!reflect.DeepEqual(object["amr"], []any{"pwd"}) || object["auth_time"] != nil || object["act"] != nil {
		t.Errorf("introspection: %v, want client_id %s, sub %s, amr [pwd], no auth_time and no act",
			object, w.OIDC.ClientID, w.ServiceJWT.ID)
	}
	issuer.Deactivate(w.ServiceJWT)
	wantToken(t, issuer, token, issuer.ActiveKeyID(), false)
}

func TestExchangePAT(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	status, object := sendForJSON(t, http.MethodPost, issuer.URL+tokenPath, exchangeForm(w, w.Service.PAT), nil)
	if status != http.StatusOK || object["token_type"] != "Bearer" {
		t.Fatalf("status %d, %v; want a Bearer token", status, object)
	}
	_, object = introspect(t, issuer, w.APIBasic, object["access_token"].(string))
	audience := []any{w.OIDCBasic.ClientID, w.Project.ID}
	if object["active"] != true || !reflect.DeepEqual(object["aud"], audience) {
		t.Errorf("introspection: %v, want an active token with audience %v", object, audience)
	}
}

func TestExchangeErrors(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	issuer.AllowImpersonation(true)
	issuer.MakeImpersonator(w.Service)
	token := requestToken(t, issuer, clientCredentialsForm(w.Service))
	asUser := []string{
		"subject_token_type", string(userIDTokenType),
		"actor_token", token, "actor_token_type", tokenTypePrefix + "access_token",
	}
	for name, c := range map[string]struct {
		form              url.Values
		code, description string
	}{
		"resource": {
			exchangeForm(w, token, "resource", "https://a"),
			"invalid_target", "resource parameter not supported",
		},
		"ID token": {
			exchangeForm(w, token, "subject_token_type", tokenTypePrefix+"id_token"),
			"invalid_request", "subject_token invalid",
		},
		"unknown type": {
			exchangeForm(w, token, "subject_token_type", tokenTypePrefix+"user_id"),
			"invalid_request", "subject_token_type is not supported",
		},
		"unknown user": {
			exchangeForm(w, "1", asUser...),
			"invalid_request", "subject_token invalid",
		},
		"no actor token": {
			exchangeForm(w, w.ServiceJWT.ID, asUser[:2]...),
			"invalid_request", "actor_token invalid",
		},
		"invalid actor token": {
			exchangeForm(w, token, slices.Concat(asUser[4:], []string{"actor_token", "x"})...),
			"invalid_request", "actor_token invalid",
		},
		"refresh token": {
			exchangeForm(w, token, "requested_token_type", tokenTypePrefix+"refresh_token"),
			"invalid_request", "Errors.TokenExchange.Token.TypeNotSupported",
		},
		"broader scopes": {
			exchangeForm(w, w.ServiceJWT.ID, append(asUser, "scope", projectScope+" profile")...),
			"invalid_scope", `scope "profile" not found in subject or actor token`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, issuer, c.form, http.StatusBadRequest, c.code, c.description)
		})
	}
	issuer.Deactivate(w.ServiceJWT)
	wantError(t, issuer, exchangeForm(w, w.ServiceJWT.ID, asUser...),
		http.StatusBadRequest, "invalid_request", "Errors.User.NotActive")
}

func TestDelegation(t *testing.T) {
	t.Parallel()
	w := world()
	issuer := startIssuer(t, w)
	actorOf := func(u *ServiceUser) []string {
		return []string{
			"actor_token", requestToken(t, issuer, clientCredentialsForm(u)),
			"actor_token_type", tokenTypePrefix + "access_token",
		}
	}
	form := exchangeForm(w, requestToken(t, issuer, clientCredentialsForm(w.ServiceJWT)), actorOf(w.Service)...)
	wantError(t, issuer, form, http.StatusForbidden,
		"invalid_request", "Errors.TokenExchange.Impersonation.PolicyDisabled")
	issuer.AllowImpersonation(true)
	wantError(t, issuer, form, http.StatusNotFound, "invalid_request", "membership not found")
	issuer.MakeImpersonator(w.Service)
	delegated := requestToken(t, issuer, form)

	act := map[string]any{"iss": issuer.URL, "sub": w.Service.ID}
	_, object := introspect(t, issuer, w.APIBasic, delegated)
	if object["sub"] != w.ServiceJWT.ID || !reflect.DeepEqual(object["act"], act) {
		t.Errorf("introspection: %v, want sub %s and act %v", object, w.ServiceJWT.ID, act)
	}
	again := requestToken(t, issuer, exchangeForm(w, delegated, "requested_token_type", tokenTypePrefix+"jwt"))
	if _, object := introspect(t, issuer, w.APIBasic, again); !reflect.DeepEqual(object["act"], act) {
		t.Errorf("introspection of the token from the second exchange: %v, want act %v", object, act)
	}

	// If the actor token is itself a delegated token, its user is the actor.
	issuer.MakeImpersonator(w.ServiceJWT)
	nested := requestToken(t, issuer, exchangeForm(w, w.Service.ID,
		"subject_token_type", string(userIDTokenType),
		"actor_token", delegated, "actor_token_type", tokenTypePrefix+"access_token"))
	act = map[string]any{"iss": issuer.URL, "sub": w.ServiceJWT.ID, "act": act}
	if _, object := introspect(t, issuer, w.APIBasic, nested); !reflect.DeepEqual(object["act"], act) {
		t.Errorf("introspection of the nested token: %v, want act %v", object, act)
	}
	issuer.AllowImpersonation(false)
	wantError(t, issuer, form, http.StatusForbidden,
		"invalid_request", "Errors.TokenExchange.Impersonation.PolicyDisabled")
}

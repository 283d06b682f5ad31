package zitadel_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// notAccepted returns the text of the fault for a key that ZITADEL does not accept. In the text, %s
// stands for the issuer.
func notAccepted(k *key.Key, holder string) string {
	return fmt.Sprintf("key-not-accepted expires_at=%q holder=%q issuer=%q key=%q subject=%q",
		k.ExpiresAt, holder, "%s", k.ID, k.Subject())
}

func TestExplainGrant(t *testing.T) {
	t.Parallel()
	w := world()
	internal := optest.Fault{Status: 500, Body: `{"error":"server_error","error_description":"Errors.Internal"}`}
	deleteKey := func(i *optest.Issuer) { i.DeleteKey(userKey().Key.ID) }
	later := keyExpiringAt(t, w.Service.KeyJSON(), time.Date(2099, 1, 31, 0, 0, 0, 0, time.UTC))
	tests := map[string]struct {
		credentials zitadel.Credentials
		prepare     func(*optest.Issuer)
		status      int
		code        string
		causes      string   // codes
		want        []string // causes with values; %s stands for the issuer
	}{
		"deleted key": {
			userKey(), deleteKey, 400, "invalid_grant", "key-not-accepted credentials-new",
			[]string{notAccepted(userKey().Key, "service account")},
		},
		"deleted key with a later expiration date": {
			later, deleteKey, 400, "invalid_grant", "key-not-accepted credentials-new",
			[]string{notAccepted(later.Key, "service account")},
		},
		"older server": {
			userKey(), func(i *optest.Issuer) { failConfirmed(i, optest.Token, internal) }, 500, "server_error",
			"key-not-accepted server-error-or-assertion credentials-new",
			[]string{notAccepted(userKey().Key, "service account")},
		},
		"deactivated account with a key": {
			userKey(), func(i *optest.Issuer) { i.Deactivate(w.Service) }, 400, "invalid_request",
			"account-inactive credentials-new", nil,
		},
		"wrong secret": {
			secret(w.Service.Name, canary), nil, 400, "invalid_request", "client-secret-wrong credentials-new", nil,
		},
		"no secret": {
			secret(w.ServiceNoGrant.Name, canary), nil, 400, "invalid_request", "client-secret-missing credentials-new", nil,
		},
		"user ID instead of name": {
			secret(w.Service.ID, canary), nil, 400, "invalid_client", "service-account-unknown credentials-new", nil,
		},
		"unknown client without a description": {
			userSecret(), func(i *optest.Issuer) {
				failConfirmed(i, optest.Token, optest.Fault{Status: 401, Body: `{"error":"invalid_client"}`})
			}, 401, "invalid_client", "account-or-secret-wrong credentials-new", nil,
		},
		"code without a specific cause": {
			userSecret(), func(i *optest.Issuer) {
				failConfirmed(i, optest.Token, optest.Fault{Status: 400, Body: `{"error":"invalid_scope"}`})
			}, 400, "invalid_scope", "rejection-unexplained", nil,
		},
		"no OAuth error": {
			userSecret(), func(i *optest.Issuer) {
				i.Fail(optest.Token, 1, optest.Fault{Status: 403, Body: canary})
			}, 403, "", "other-server", nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			if test.prepare != nil {
				test.prepare(issuer)
			}
			request := zitadel.TokenRequest{Credentials: test.credentials, Scopes: []string{"openid"}}
			_, err := newClient(t, issuer.URL).AccessToken(t.Context(), request)
			e := asError(t, err)
			if e.Status != test.status || e.Code != test.code || e.Op != "get access token" || e.Method != http.MethodPost {
				t.Errorf("unexpected error: %+v", e)
			}
			if want := test.code != "" && test.code != "invalid_scope"; e.Credentials != want {
				t.Errorf("Credentials is %t, want %t", e.Credentials, want)
			}
			if got := codes(e.Causes); got != test.causes {
				t.Errorf("causes %s, want %s", got, test.causes)
			}
			for _, want := range test.want {
				checkFaults(t, e, strings.ReplaceAll(want, "%s", issuer.URL))
			}
			for _, cause := range e.Causes {
				checkLogReference(t, e, cause.Values)
			}
			checkOmits(t, allText(e), canary, w.Service.Secret)
			if e.Code == "" {
				checkRequests(t, issuer, discoveryAndToken)
			} else {
				checkRequests(t, issuer, rejectedToken)
			}
		})
	}
}

// TestExplainServerErrorAfterSuccess checks that a server error is not attributed to a key that
// the server has accepted before.
func TestExplainServerErrorAfterSuccess(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	c := newClient(t, issuer.URL)
	if _, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userKey()}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		credentials zitadel.Credentials
		causes      string
		atFault     bool
	}{
		"accepted before": {userKey(), "server-error-after-success", false},
		"different key":   {jwtUserKey(), "key-not-accepted server-error-or-assertion credentials-new", true},
	} {
		failConfirmed(issuer, optest.Token,
			optest.Fault{Status: 500, Body: `{"error":"server_error","error_description":"Errors.Internal"}`})
		request := zitadel.TokenRequest{Credentials: test.credentials, Scopes: []string{"openid", "profile"}}
		_, err := c.AccessToken(t.Context(), request)
		e := asError(t, err)
		if got := codes(e.Causes); got != test.causes || e.Credentials != test.atFault {
			t.Errorf("%s: causes %s, want %s; Credentials is %t, want %t",
				name, got, test.causes, e.Credentials, test.atFault)
		}
		for _, cause := range e.Causes {
			checkLogReference(t, e, cause.Values)
		}
	}
}

// checkLogReference checks that the values of one of e's causes contain both the ID and the time of
// the request, or neither. A cause that refers to ZITADEL's log needs both.
func checkLogReference(t *testing.T, e *zitadel.Error, values map[string]any) {
	t.Helper()
	id, hasID := values["request_id"]
	at, hasTime := values["time"]
	if hasID != hasTime || hasID && (id != e.RequestID || at != e.Time.Round(0) || e.Time.IsZero()) {
		t.Errorf("the request ID %q and the time %v do not match those of %+v", id, at, e)
	}
}

func TestExplainIntrospection(t *testing.T) {
	t.Parallel()
	w := world()
	deleted := func(i *optest.Issuer) { i.DeleteKey(apiKey().Key.ID) }
	wrongSecret := func(id string) string { return fmt.Sprintf("application-or-secret-wrong client_id=%q", id) }
	tests := map[string]struct {
		credentials zitadel.Credentials
		prepare     func(*optest.Issuer)
		want        string // %s stands for the issuer
	}{
		"wrong secret":           {secret(w.APIBasic.ClientID, canary), nil, wrongSecret(w.APIBasic.ClientID)},
		"application with a key": {secret(w.API.ClientID, canary), nil, wrongSecret(w.API.ClientID)},
		"service account":        {userSecret(), nil, wrongSecret("")},
		"deleted key":            {apiKey(), deleted, notAccepted(apiKey().Key, "application")},
	}
	for name, test := range tests {
		for _, documented := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", name, documented), func(t *testing.T) {
				t.Parallel()
				issuer := start(t)
				issuer.DocumentedClientErrors(documented)
				if test.prepare != nil {
					test.prepare(issuer)
				}
				_, err := newClient(t, issuer.URL).Introspect(t.Context(), test.credentials, key.NewSecret(w.Service.PAT))
				e := asError(t, err)
				status, code := 400, "unauthorized_client"
				if documented {
					status, code = 401, "invalid_client"
				}
				if e.Status != status || e.Code != code || !e.Credentials || e.RequestID == "" || len(e.Causes) != 2 {
					t.Errorf("unexpected error: %+v", e)
				}
				checkFaults(t, e, strings.ReplaceAll(test.want, "%s", issuer.URL), "credentials-new")
				checkOmits(t, allText(e), canary, w.Service.PAT, w.Service.Secret)
				checkRequests(t, issuer, rejectedIntrospection)
			})
		}
	}
}

// TestExplainAssertion checks the likely causes that the client derives from the content of a
// rejected presigned assertion.
func TestExplainAssertion(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Second)
	const audience = `assertion-audience issuer="%s"`
	unknownKey := func(credentials zitadel.Credentials) string {
		k := credentials.Key
		return fmt.Sprintf("assertion-key-unknown holder=%q issuer=%q key=%q subject=%q",
			"service account", "%s", k.ID, k.Subject())
	}
	issued := func(after time.Duration) string {
		return fmt.Sprintf("issued_at=%q", now.UTC().Add(after-5*time.Second))
	}
	tests := map[string]struct {
		assertion func(issuer string) zitadel.Credentials
		causes    string   // codes
		want      []string // causes with values; %s stands for the issuer
	}{
		"different issuer": {
			func(string) zitadel.Credentials {
				return presigned(t, userKey(), "https://other.example", now, time.Hour)
			},
			"assertion-audience assertion-key-unknown credentials-new", []string{audience, unknownKey(userKey())},
		},
		"token endpoint": {
			func(i string) zitadel.Credentials {
				return presigned(t, userKey(), i+"/oauth/v2/token", now, time.Hour)
			},
			"assertion-audience assertion-key-unknown credentials-new", []string{audience, unknownKey(userKey())},
		},
		"trailing slash": {
			func(i string) zitadel.Credentials { return presigned(t, userKey(), i+"/", now, time.Hour) },
			"assertion-audience assertion-key-unknown credentials-new", []string{audience, unknownKey(userKey())},
		},
		"issued in the future": {
			func(i string) zitadel.Credentials { return presigned(t, userKey(), i, now.Add(time.Hour), time.Hour) },
			"assertion-issued-in-future assertion-key-unknown credentials-new",
			[]string{fmt.Sprintf("assertion-issued-in-future %s now=%q", issued(time.Hour), now.UTC())},
		},
		"too old": {
			func(i string) zitadel.Credentials {
				return presigned(t, userKey(), i, now.Add(-2*time.Hour), 24*time.Hour)
			},
			"assertion-too-old assertion-key-unknown credentials-new",
			[]string{"assertion-too-old " + issued(-2*time.Hour)},
		},
		"signed by an application": {
			func(i string) zitadel.Credentials { return presigned(t, apiKey(), i, now, time.Hour) },
			"assertion-key-unknown credentials-new", []string{unknownKey(apiKey())},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := start(t)
			credentials := test.assertion(issuer.URL)
			c := newClient(t, issuer.URL)
			c.Now = func() time.Time { return now.UTC() }
			_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: credentials})
			e := asError(t, err)
			if got := codes(e.Causes); got != test.causes {
				t.Errorf("causes %s, want %s", got, test.causes)
			}
			for _, want := range test.want {
				checkFaults(t, e, strings.ReplaceAll(want, "%s", issuer.URL))
			}
			checkOmits(t, allText(e), credentials.Assertion.Reveal())
			checkRequests(t, issuer, rejectedToken)
		})
	}
}

// TestExplainBareAssertion checks the likely causes that are reported for an assertion with almost
// no claims.
func TestExplainBareAssertion(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	assertion := encoded(`{"alg":"RS256"}`) + "." + encoded(`{"sub":"\u001b"}`) + "." + encoded("signature")
	credentials := zitadel.Credentials{Assertion: key.NewSecret(assertion)}
	_, err := newClient(t, issuer.URL).AccessToken(t.Context(), zitadel.TokenRequest{Credentials: credentials})
	e := asError(t, err)
	checkFaults(t, e, "assertion-audience", `assertion-without-claim claim="iat"`, `assertion-without-claim claim="exp"`,
		"assertion-without-key-id")
	if strings.Contains(allText(e), "\x1b") {
		t.Error("the error contains a control character")
	}
}

// TestExplainSkew checks that clock skew is reported as a separate likely cause.
func TestExplainSkew(t *testing.T) {
	t.Parallel()
	issuer := start(t)
	issuer.Skew(2 * time.Hour)
	issuer.DeleteKey(userKey().Key.ID)
	c := newClient(t, issuer.URL)
	c.Transport = connections(t)
	_, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: userKey()})
	e := asError(t, err)
	checkFaults(t, e, "clock-skew behind=false")
	for _, cause := range e.Causes {
		skew, isSkew := cause.Values["skew"].(time.Duration)
		if (cause.Code == "clock-skew") != isSkew || isSkew && (skew-2*time.Hour).Abs() > time.Minute {
			t.Errorf("unexpected cause: %s", cause)
		}
	}
	checkRequests(t, issuer, rejectedToken)
}

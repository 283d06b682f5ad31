package optest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// recordedHost is the host of the recorded servers.
const recordedHost = "localhost:18080"

// recording is one recorded exchange. See testdata/README.md.
type recording struct {
	Number   int              `json:"n"`
	Title    string           `json:"title"`
	At       int64            `json:"at"`
	Request  recordedRequest  `json:"request"`
	Response recordedResponse `json:"response"`
}

type recordedRequest struct {
	Method        string            `json:"method"`
	Path          string            `json:"path"`
	Host          string            `json:"host"`
	Header        map[string]string `json:"header"`
	Authorization *parameter        `json:"authorization"`
	Query         []parameter       `json:"query"`
	Form          []parameter       `json:"form"`
	Body          string            `json:"body"`
}

type recordedResponse struct {
	Status      int    `json:"status"`
	ContentType string `json:"content_type"`
	RequestID   bool   `json:"request_id"` // whether the response has an X-Request-Id
	Closed      bool   `json:"closed"`     // the connection was closed without a response
	JSON        any    `json:"json"`
	Text        string `json:"text"`
}

// parameter is a parameter of the query string or the form or, if Scheme is set, the value of
// the Authorization header. At most one of the fields from Text to Issued is set. If none is,
// the value is empty.
type parameter struct {
	Name   string `json:"name"`
	Scheme string `json:"scheme"`
	User   string `json:"user"`
	Raw    bool   `json:"raw"`

	Text    string  `json:"text"`
	JWT     *jwt    `json:"jwt"`
	Token   int     `json:"token"`    // number of the exchange that issued the access token
	IDToken int     `json:"id_token"` // number of the exchange that issued the ID token
	PAT     string  `json:"pat"`      // name of the user who owns the personal access token
	Secret  string  `json:"secret"`   // client ID of the client that owns the secret
	Issued  *issued `json:"issued"`
	Damaged bool    `json:"damaged"`
}

// issued is a token whose request was not recorded.
type issued struct {
	ID       int            `json:"id"`
	User     string         `json:"user"`
	Scope    string         `json:"scope"`
	At       int64          `json:"at"`
	Grant    oidc.GrantType `json:"grant"`    // jwt-bearer if empty
	Lifetime int64          `json:"lifetime"` // in seconds; the default if 0
	Kind     string         `json:"kind"`     // "id_token", or "" for the access token
}

// replay sends recorded requests to an issuer.
type replay struct {
	world   *World
	issuer  *Issuer
	client  *http.Client
	keys    map[string]*key // by key ID
	foreign *key
	pats    map[string]string     // by user name
	tokens  map[int]tokenResponse // by exchange number
	issued  map[int]tokenResponse // by the ID of the issued token
}

// newReplay starts an issuer that responds like the given release and accepts the host name of
// the recorded servers.
func newReplay(t *testing.T, release Release) *replay {
	t.Helper()
	world := NewWorld()
	world.Domain = "localhost"
	world.created = time.Unix(createdAt(release), 0)
	shareKeys(world)
	if release == ReleaseNewest {
		addTemporaryUser(world)
	} else {
		addOlderContent(world)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	r := &replay{
		world:   world,
		issuer:  startIssuer(t, world),
		client:  &http.Client{Transport: transport},
		keys:    map[string]*key{},
		foreign: newKey("foreign"),
		tokens:  map[int]tokenResponse{},
		issued:  map[int]tokenResponse{},
	}
	r.issuer.Release(release)
	r.pats = map[string]string{world.Service.Name: r.issuer.PAT(world.Service)}
	for _, u := range world.users {
		for _, k := range u.keys {
			r.keys[k.id] = k
		}
	}
	for _, a := range world.applications() {
		for _, k := range a.keys {
			r.keys[k.id] = k
		}
	}
	return r
}

// shareKeys replaces the private keys of w with those of the World that the other tests share,
// because generating keys is slow.
func shareKeys(w *World) {
	shared := world()
	for n, k := range w.signing {
		k.private = shared.signing[n].private
	}
	for n, u := range w.users {
		for m, k := range u.keys {
			k.private = shared.users[n].keys[m].private
		}
	}
	for n, a := range w.applications() {
		for m, k := range a.keys {
			k.private = shared.applications()[n].keys[m].private
		}
	}
}

// createdAt returns the Unix time at which the recorded instance of the given release was
// created.
func createdAt(release Release) int64 {
	return map[Release]int64{
		ReleaseNewest: 1795310087, ReleaseV4_13: 1795673864, ReleaseV3_4: 1795672906,
		ReleaseV2_71: 1795673407, ReleaseV2_62: 1795674573,
	}[release]
}

// exchange sends a recorded request and returns the issuer's response.
func (r *replay) exchange(t *testing.T, recorded recording) recordedResponse {
	t.Helper()
	request := r.request(t, recorded.Request)
	r.issuer.Skew(time.Until(time.Unix(recorded.At, 0)))
	response, err := r.client.Do(request)
	if err != nil && recorded.Response.Closed {
		return recordedResponse{Closed: true}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := recordedResponse{
		Status: response.StatusCode, ContentType: response.Header.Get("Content-Type"),
		RequestID: response.Header.Get("X-Request-Id") != "",
	}
	if json.Unmarshal(body, &got.JSON) != nil {
		got.Text = string(body)
		return got
	}
	var tokens tokenResponse
	if json.Unmarshal(body, &tokens) == nil && tokens.AccessToken != "" {
		r.tokens[recorded.Number] = tokens
	}
	return got
}

// request returns an HTTP request like the recorded one, but with this replay's tokens,
// secrets and assertions.
func (r *replay) request(t *testing.T, recorded recordedRequest) *http.Request {
	t.Helper()
	target := r.issuer.URL + recorded.Path
	if recorded.Query != nil {
		target += "?" + r.encode(t, recorded.Query)
	}
	body := recorded.Body
	if recorded.Form != nil {
		body = r.encode(t, recorded.Form)
	}
	request, err := http.NewRequestWithContext(t.Context(), recorded.Method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = recorded.Host
	for name, value := range recorded.Header {
		request.Header.Set(name, value)
	}
	switch a := recorded.Authorization; {
	case a == nil:
	case a.User != "":
		request.SetBasicAuth(a.User, r.value(t, *a))
	default:
		request.Header.Set("Authorization", a.Scheme+" "+r.value(t, *a))
	}
	return request
}

// encode URL-encodes parameters in the given order, because the order of repeated parameters
// matters.
func (r *replay) encode(t *testing.T, parameters []parameter) string {
	t.Helper()
	pairs := make([]string, 0, len(parameters))
	for _, p := range parameters {
		pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(r.value(t, p)))
	}
	return strings.Join(pairs, "&")
}

// value returns the value that a recorded parameter has in this replay.
func (r *replay) value(t *testing.T, p parameter) string {
	t.Helper()
	value := p.Text
	switch {
	case p.JWT != nil:
		value = r.sign(t, p.JWT)
	case p.Token != 0:
		value = r.tokens[p.Token].AccessToken
	case p.IDToken != 0:
		value = r.tokens[p.IDToken].IDToken
	case p.PAT != "":
		value = r.pats[p.PAT]
	case p.Secret != "":
		value = r.secret(p.Secret)
	case p.Issued != nil:
		value = r.issued[p.Issued.ID].AccessToken
		if p.Issued.Kind == "id_token" {
			value = r.issued[p.Issued.ID].IDToken
		}
	default:
		return value
	}
	if value == "" {
		t.Fatalf("no value for the recorded parameter %+v", p)
	}
	if p.Damaged {
		value = damage(value)
	}
	return value
}

// secret returns the secret of the service user or application with the given client ID, or "".
func (r *replay) secret(clientID string) string {
	if u := r.world.userByName(clientID); u != nil {
		return u.Secret
	}
	if a := r.world.application(clientID); a != nil {
		return a.Secret
	}
	return ""
}

// issueUntil requests each token in recordings whose own request was not recorded, and that
// was issued no later than the given Unix time.
func (r *replay) issueUntil(t *testing.T, recordings []recording, at int64) {
	t.Helper()
	for _, recorded := range recordings {
		parameters := recorded.Request.Form
		if recorded.Request.Authorization != nil {
			parameters = append(parameters, *recorded.Request.Authorization)
		}
		for _, p := range parameters {
			if p.Issued != nil && p.Issued.At <= at {
				r.issue(t, p.Issued)
			}
		}
	}
}

// issue requests a token whose request was not recorded. It does nothing if this replay has
// already requested the token.
func (r *replay) issue(t *testing.T, recorded *issued) {
	t.Helper()
	if _, ok := r.issued[recorded.ID]; ok {
		return
	}
	user := r.world.userByName(recorded.User)
	form := url.Values{"grant_type": {string(oidc.GrantTypeBearer)}}
	if recorded.Grant == oidc.GrantTypeClientCredentials {
		form = clientCredentialsForm(user)
	} else {
		form.Set("assertion", r.sign(t, &jwt{
			Header: map[string]string{"alg": "RS256", "kid": user.keys[0].id},
			Claims: map[string]any{
				"iss": user.ID, "sub": user.ID, "aud": "http://" + recordedHost,
				"iat": recorded.At, "exp": recorded.At + 300,
			},
		}))
	}
	form.Set("scope", recorded.Scope)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.issuer.URL+tokenPath,
		strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = recordedHost
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if recorded.Lifetime != 0 {
		r.issuer.TokenLifetime(time.Duration(recorded.Lifetime) * time.Second)
		defer r.issuer.TokenLifetime(defaultTokenLifetime)
	}
	r.issuer.Skew(time.Until(time.Unix(recorded.At, 0)))
	response, err := r.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var tokens tokenResponse
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil || tokens.AccessToken == "" {
		t.Fatalf("issued token %d: status %d, error %v; want an access token",
			recorded.ID, response.StatusCode, err)
	}
	r.issued[recorded.ID] = tokens
}

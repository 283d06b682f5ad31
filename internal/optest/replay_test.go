package optest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

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
	JSON        any    `json:"json"`
	Text        string `json:"text"`
}

// parameter is a form parameter or, with a scheme, the content of the Authorization
// header. Exactly one of the fields from Text to Secret is set.
type parameter struct {
	Name   string `json:"name"`
	Scheme string `json:"scheme"`
	User   string `json:"user"`
	Raw    bool   `json:"raw"`

	Text    string `json:"text"`
	JWT     *jwt   `json:"jwt"`
	Token   int    `json:"token"`    // the access token from that exchange
	IDToken int    `json:"id_token"` // the ID token from that exchange
	PAT     string `json:"pat"`      // of the user with that name
	Secret  string `json:"secret"`   // of that client ID
	Damaged bool   `json:"damaged"`
}

// replay sends recorded requests to an issuer.
type replay struct {
	world   *World
	issuer  *Issuer
	client  *http.Client
	keys    map[string]*key // by key ID
	foreign *key
	pats    map[string]string     // by user name
	tokens  map[int]tokenResponse // by number of the exchange
}

// newReplay starts an issuer with the recorded host name.
func newReplay(t *testing.T) *replay {
	t.Helper()
	world := NewWorld()
	world.Domain = "localhost"
	world.created = time.Unix(1795310087, 0)
	addTemporaryUser(world)
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	r := &replay{
		world:   world,
		issuer:  startIssuer(t, world),
		client:  &http.Client{Transport: transport},
		keys:    map[string]*key{},
		foreign: newKey("foreign"),
		pats:    map[string]string{world.Service.Name: world.Service.PAT},
		tokens:  map[int]tokenResponse{},
	}
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

// exchange sends a recorded request and returns the issuer's response.
func (r *replay) exchange(t *testing.T, recorded recording) recordedResponse {
	t.Helper()
	response, err := r.client.Do(r.request(t, recorded.Request))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := recordedResponse{Status: response.StatusCode, ContentType: response.Header.Get("Content-Type")}
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

// request builds a recorded request with tokens, secrets and assertions of the issuer.
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

// encode encodes parameters in their order, because the order of repeated ones matters.
func (r *replay) encode(t *testing.T, parameters []parameter) string {
	t.Helper()
	pairs := make([]string, 0, len(parameters))
	for _, p := range parameters {
		pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(r.value(t, p)))
	}
	return strings.Join(pairs, "&")
}

// value returns the value in this replay that corresponds to the recorded one.
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

// secret returns the secret of a service user or an application.
func (r *replay) secret(clientID string) string {
	if u := r.world.userByName(clientID); u != nil {
		return u.Secret
	}
	if a := r.world.application(clientID); a != nil {
		return a.Secret
	}
	return ""
}

package zitadel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// canary stands in for what no message may repeat.
const canary = "CANARY-do-not-print"

// world is shared by all tests, since its keys take a while to make.
var world = sync.OnceValue(optest.NewWorld)

func TestMain(m *testing.M) {
	// The library behind optest logs each error answer.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}

// start starts an issuer that is closed at the end of the test.
func start(t *testing.T) *optest.Issuer {
	t.Helper()
	return startWorld(t, world())
}

func startWorld(t *testing.T, w *optest.World) *optest.Issuer {
	t.Helper()
	issuer, err := optest.Start(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	return issuer
}

// refuse lets the next question at e be answered with f, which says no: then it
// is asked once more.
func refuse(issuer *optest.Issuer, e optest.Endpoint, f optest.Fault) { issuer.Fail(e, 2, f) }

// front starts a server that may answer in the issuer's place: it does so if
// answer returns true.
func front(t *testing.T, issuer *optest.Issuer, answer func(http.ResponseWriter, *http.Request) bool) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !answer(w, r) {
			issuer.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// connections returns a transport with connections of its own.
func connections(t *testing.T) *http.Transport {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// dated returns a transport whose answers have the date that clock tells, or
// none if it is nil. On a busy machine the real one may be seconds old.
func dated(t *testing.T, clock func() time.Time) http.RoundTripper {
	t.Helper()
	base := connections(t)
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		response, err := base.RoundTrip(r)
		if err == nil {
			response.Header.Del("Date")
			if clock != nil {
				response.Header.Set("Date", clock().UTC().Format(http.TimeFormat))
			}
		}
		return response, err
	})
}

// newClient returns a client that does not retry and sees no clock but its own.
func newClient(t *testing.T, url string) *oauth.Client {
	t.Helper()
	return &oauth.Client{
		Issuer: url, Transport: dated(t, nil),
		Sleep: func(_ context.Context, d time.Duration) error {
			if d == newCredentials {
				return nil
			}
			return fmt.Errorf("it wants to wait %s", d)
		},
		Jitter: longest,
	}
}

// newCredentials is how long a client without jitter waits before it confirms
// that its credentials are rejected.
const newCredentials = 2 * time.Second

// longest is no jitter: waits are as long as they may be.
func longest(most time.Duration) time.Duration { return most }

// waits records what a client wants to wait for, and lets it go on at once.
type waits struct {
	mu    sync.Mutex
	asked []time.Duration
}

func (w *waits) sleep(_ context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, d)
	return nil
}

func parsed(data []byte) *key.Key {
	k, err := key.Parse(data)
	if err != nil {
		panic(err)
	}
	return k
}

var (
	userKey    = sync.OnceValue(func() oauth.Credentials { return oauth.Credentials{Key: parsed(world().Service.KeyJSON())} })
	jwtUserKey = sync.OnceValue(func() oauth.Credentials { return oauth.Credentials{Key: parsed(world().ServiceJWT.KeyJSON())} })
	apiKey     = sync.OnceValue(func() oauth.Credentials { return oauth.Credentials{Key: parsed(world().API.KeyJSON())} })
)

func secret(id, text string) oauth.Credentials {
	return oauth.Credentials{ClientID: id, ClientSecret: key.NewSecret(text)}
}

func userSecret() oauth.Credentials { return secret(world().Service.Name, world().Service.Secret) }

func apiSecret() oauth.Credentials { return secret(world().APIBasic.ClientID, world().APIBasic.Secret) }

// projectScope asks for a token that the applications of World.Project may
// introspect.
func projectScope() string { return "urn:zitadel:iam:org:project:id:" + world().Project.ID + ":aud" }

// accessToken asks for a token that must come.
func accessToken(t *testing.T, c *oauth.Client, credentials oauth.Credentials, scopes ...string) *oauth.Token {
	t.Helper()
	token, err := c.AccessToken(t.Context(), oauth.TokenRequest{Credentials: credentials, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// introspect asks about a token; an answer must come.
func introspect(t *testing.T, c *oauth.Client, credentials oauth.Credentials, token key.Secret) *oauth.Introspection {
	t.Helper()
	answer, err := c.Introspect(t.Context(), credentials, token)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// failed returns the error that must be there.
func failed(t *testing.T, err error) *oauth.Error {
	t.Helper()
	var e *oauth.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is no oauth.Error", err, err)
	}
	return e
}

// everything is all that a message could be made of.
func everything(e *oauth.Error) string { return fmt.Sprintf("%s\n%+v", e.Error(), *e) }

// counts checks how many requests reached the endpoints, those that are not
// named having none.
func counts(t *testing.T, issuer *optest.Issuer, want map[optest.Endpoint]int) {
	t.Helper()
	for _, endpoint := range []optest.Endpoint{
		optest.Discovery, optest.JWKS, optest.Token, optest.Introspection, optest.UserInfo, optest.Revocation, optest.Ready,
	} {
		if got := issuer.Requests(endpoint); got != want[endpoint] {
			t.Errorf("%d requests to %s, want %d", got, endpoint, want[endpoint])
		}
	}
}

// says checks that text holds all of these.
func says(t *testing.T, text string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
}

// keeps checks that text holds none of these.
func keeps(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for n, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("the text holds secret %d: %q", n, text)
		}
	}
}

var (
	discoveryAndToken         = map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1}
	refusedToken              = map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 2, optest.Ready: 1}
	refusedIntrospection      = map[optest.Endpoint]int{optest.Discovery: 1, optest.Introspection: 2, optest.Ready: 1}
	discoveryAndIntrospection = map[optest.Endpoint]int{optest.Discovery: 1, optest.Introspection: 1}
)

// respond makes an answer without a server.
func respond(r *http.Request, status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}
}

// formOf returns the form that a request is about to send.
func formOf(t *testing.T, r *http.Request) url.Values {
	t.Helper()
	body, err := r.GetBody()
	if err != nil {
		t.Error(err)
		return nil
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Error(err)
	}
	form, err := url.ParseQuery(string(data))
	if err != nil {
		t.Error(err)
	}
	return form
}

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

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/token"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// canary is a secret that must not appear in any error.
const canary = "CANARY-do-not-print"

// world returns the World that all tests share, because generating its keys is slow.
var world = sync.OnceValue(optest.NewWorld)

func TestMain(m *testing.M) {
	// The OpenID library that optest is built on logs each error response.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}

// start starts an issuer that is closed at the end of the test.
func start(t *testing.T) *optest.Issuer {
	t.Helper()
	return startWorld(t, world())
}

// startWorld is like start, but the issuer serves w.
func startWorld(t *testing.T, w *optest.World) *optest.Issuer {
	t.Helper()
	issuer, err := optest.Start(w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(issuer.Close)
	return issuer
}

// failConfirmed makes the next two requests to e fail with f, so that the client receives a
// negative response and its confirmation.
func failConfirmed(issuer *optest.Issuer, e optest.Endpoint, f optest.Fault) { issuer.Fail(e, 2, f) }

// serveInFront starts a server in front of the issuer. The server calls handle for each request
// and passes the request to the issuer if handle returns false.
func serveInFront(
	t *testing.T, issuer *optest.Issuer, handle func(http.ResponseWriter, *http.Request) bool,
) *httptest.Server {
	t.Helper()
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !handle(w, r) {
			issuer.ServeHTTP(w, r)
		}
	}))
}

// serve starts a server without TLS that is closed at the end of the test.
func serve(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// roundTripFunc is a function that implements [http.RoundTripper].
type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// connections returns a transport with its own connections, which are closed at the end of the
// test.
func connections(t *testing.T) *http.Transport {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// withDates returns a transport that sets the Date header of each response to the time that clock
// returns, or removes the header if clock is nil. On a busy machine, the original date can be
// seconds old.
func withDates(t *testing.T, clock func() time.Time) http.RoundTripper {
	t.Helper()
	base := connections(t)
	return roundTripFunc(func(r *http.Request) (*http.Response, error) {
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

// newClient returns a client that does not retry and receives responses without a Date header. Any
// wait other than newCredentials is an error.
func newClient(t *testing.T, url string) *zitadel.Client {
	t.Helper()
	return &zitadel.Client{
		Issuer: url, Transport: withDates(t, nil),
		Sleep: func(_ context.Context, d time.Duration) error {
			if d == newCredentials {
				return nil
			}
			return fmt.Errorf("unexpected wait of %s", d)
		},
		Jitter: fullJitter,
	}
}

// newCredentials is how long a client with full jitter waits before it confirms that its credentials
// are rejected.
const newCredentials = 2 * time.Second

// fullJitter is a value for Client.Jitter that always returns the longest wait.
func fullJitter(most time.Duration) time.Duration { return most }

// sleeps records a client's waits instead of waiting.
type sleeps struct {
	mu        sync.Mutex
	durations []time.Duration
}

func (s *sleeps) sleep(_ context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.durations = append(s.durations, d)
	return nil
}

func parseKey(data []byte) *key.Key {
	k, err := key.Parse(data)
	if err != nil {
		panic(err)
	}
	return k
}

func keyCredentials(data []byte) zitadel.Credentials { return zitadel.Credentials{Key: parseKey(data)} }

var (
	userKey    = sync.OnceValue(func() zitadel.Credentials { return keyCredentials(world().Service.KeyJSON()) })
	jwtUserKey = sync.OnceValue(func() zitadel.Credentials { return keyCredentials(world().ServiceJWT.KeyJSON()) })
	apiKey     = sync.OnceValue(func() zitadel.Credentials { return keyCredentials(world().API.KeyJSON()) })
	oidcKey    = sync.OnceValue(func() zitadel.Credentials { return keyCredentials(world().OIDC.KeyJSON()) })
)

func secret(id, text string) zitadel.Credentials {
	return zitadel.Credentials{ClientID: id, ClientSecret: key.NewSecret(text)}
}

func userSecret() zitadel.Credentials { return secret(world().Service.Name, world().Service.Secret) }

func apiSecret() zitadel.Credentials {
	return secret(world().APIBasic.ClientID, world().APIBasic.Secret)
}

func oidcSecret() zitadel.Credentials { return secret(world().OIDC.ClientID, world().OIDC.Secret) }

// projectScope returns the scope that allows the applications in World.Project to introspect a
// token.
func projectScope() string { return token.ProjectScope(world().Project.ID) }

// accessToken requests a token and fails the test on an error.
func accessToken(
	t *testing.T, c *zitadel.Client, credentials zitadel.Credentials, scopes ...string,
) *zitadel.Token {
	t.Helper()
	token, err := c.AccessToken(t.Context(), zitadel.TokenRequest{Credentials: credentials, Scopes: scopes})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// introspect introspects a token and fails the test on an error.
func introspect(
	t *testing.T, c *zitadel.Client, credentials zitadel.Credentials, subject key.Secret,
) *token.Introspection {
	t.Helper()
	result, err := c.Introspect(t.Context(), credentials, subject)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// asError returns the [zitadel.Error] that err is or wraps. It fails the test if there is none.
func asError(t *testing.T, err error) *zitadel.Error {
	t.Helper()
	var e *zitadel.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is not a zitadel.Error", err, err)
	}
	return e
}

// faultsIn returns the faults in err in order. Each fault precedes the faults that it wraps.
func faultsIn(err error) (faults []*fault.Fault) {
	for _, f := range fault.All(err) {
		faults = append(append(faults, f), faultsIn(f.Unwrap())...)
	}
	return faults
}

// allText returns all text that a message about e could contain.
func allText(e *zitadel.Error) string {
	text := fmt.Sprintf("%s\n%+v", e.Error(), *e)
	for _, f := range faultsIn(e) {
		text += fmt.Sprintf("\n%s %+v %#v", f, f.Values, f.Values)
	}
	return text
}

// checkFaults checks that err contains all faults in wants. Each of them is written as a code,
// optionally followed by values. The values must be consecutive in the text of Fault.Error.
func checkFaults(t *testing.T, err error, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !hasFault(err, want) {
			t.Errorf("%v does not contain the fault %s", err, want)
		}
	}
}

// hasFault reports whether err contains the fault that want describes. See checkFaults for the
// notation.
func hasFault(err error, want string) bool {
	code, values, _ := strings.Cut(want, " ")
	for _, f := range faultsIn(err) {
		if f.Code == code && strings.Contains(f.Error()+" ", " "+values+" ") {
			return true
		}
		if f.Code == code && values == "" {
			return true
		}
	}
	return false
}

// codes returns the codes of faults, separated by spaces.
func codes(faults []*fault.Fault) string {
	var all []string
	for _, f := range faults {
		all = append(all, f.Code)
	}
	return strings.Join(all, " ")
}

// checkRequests checks the number of requests that each endpoint has received. An endpoint that is
// missing from want must have received none.
func checkRequests(t *testing.T, issuer *optest.Issuer, want map[optest.Endpoint]int) {
	t.Helper()
	for _, endpoint := range []optest.Endpoint{
		optest.Discovery, optest.JWKS, optest.Token, optest.Introspection, optest.UserInfo, optest.Revocation, optest.Ready,
	} {
		if got := issuer.Requests(endpoint); got != want[endpoint] {
			t.Errorf("%d requests to %s, want %d", got, endpoint, want[endpoint])
		}
	}
}

// checkContains checks that text contains each string in wants.
func checkContains(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not contain %q", text, want)
		}
	}
}

// checkOmits checks that text contains none of the secrets.
func checkOmits(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for n, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("secret %d appears in %q", n, text)
		}
	}
}

var (
	discoveryAndToken         = map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 1}
	discoveryAndIntrospection = map[optest.Endpoint]int{optest.Discovery: 1, optest.Introspection: 1}
	rejectedToken             = map[optest.Endpoint]int{optest.Discovery: 1, optest.Token: 2, optest.Ready: 1}
	rejectedIntrospection     = map[optest.Endpoint]int{optest.Discovery: 1, optest.Introspection: 2, optest.Ready: 1}
)

// formOf returns the form in the body of a request.
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

// Package optest has an OAuth 2.0 and OpenID Connect issuer that answers like
// a ZITADEL v4 server, to test this provider against.
//
// It serves the endpoints with ZITADEL's own library, so that parsing and most
// error texts are the original's. The rest is written after exchanges recorded
// with a real server; the tests replay them. The package shares no code with
// what it tests.
//
// The library logs through the default logger of log/slog: a few lines for each
// issuer and one for each error answer. A program that wants quiet sets its own
// default logger.
package optest

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// defaultTokenLifetime is how long access tokens live unless a test says
// otherwise.
const defaultTokenLifetime = 12 * time.Hour

// Issuer is a running server. All its methods are safe for concurrent use.
type Issuer struct {
	// URL is the base URL and, for requests sent there, the issuer identifier.
	URL string
	// World is what the instance holds.
	World *World

	listening   *http.Server
	served      chan struct{} // closed when the server has stopped
	oidc        http.Handler
	state       *state
	keys        *keyRing
	traffic     traffic
	faults      faults
	connections atomic.Int64

	skew             atomic.Int64 // a time.Duration
	release          atomic.Int64 // a Release
	knownAt          atomic.Int64 // in nanoseconds since 1970; see JustCreated
	exchange         atomic.Bool
	tokenLifetime    atomic.Int64 // a time.Duration
	databaseDown     atomic.Bool
	instanceCache    atomic.Bool
	documentedErrors atomic.Bool
	impersonation    atomic.Bool
}

// Start returns an issuer that serves w on a free port of the loopback
// interface, and the error of opening the port. The caller closes it.
func Start(w *World) (*Issuer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback port: %w", err)
	}
	i := New("http://"+listener.Addr().String(), w)
	i.served = make(chan struct{})
	i.listening = &http.Server{
		Handler:           i,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // faults break connections on purpose
		ConnState:         i.countConnection,
	}
	go func() {
		defer close(i.served)
		// Serve always ends with an error, ErrServerClosed after Close. A test
		// notices any other one as refused connections.
		_ = i.listening.Serve(listener)
	}()
	return i, nil
}

// New returns an issuer that serves w under a base URL to those who call its
// ServeHTTP. It listens nowhere, and there is nothing to close.
func New(url string, w *World) *Issuer {
	acceptUserIDs()
	i := &Issuer{
		URL:     url,
		World:   w,
		state:   newState(w),
		keys:    newKeyRing(w),
		traffic: traffic{counts: map[Endpoint]int{}, last: map[Endpoint]Request{}},
		faults:  faults{queued: map[Endpoint][]Fault{}},
	}
	i.tokenLifetime.Store(int64(defaultTokenLifetime))
	i.exchange.Store(true)
	i.oidc = op.RegisterServer(&server{issuer: i}, endpoints())
	return i
}

// Close stops the server and breaks its connections. It may be called twice.
func (i *Issuer) Close() {
	// Closing a listener fails only if it is closed already.
	_ = i.listening.Close()
	<-i.served
}

// Connections returns how many TCP connections the issuer has accepted.
func (i *Issuer) Connections() int { return int(i.connections.Load()) }

func (i *Issuer) countConnection(_ net.Conn, s http.ConnState) {
	if s == http.StateNew {
		i.connections.Add(1)
	}
}

// Skew lets the server's clock run d ahead of the real one, or behind if d is
// negative: in the Date header, in checks of assertions and in token times.
func (i *Issuer) Skew(d time.Duration) { i.skew.Store(int64(d)) }

// TokenLifetime sets how long access tokens live that are issued from now on.
func (i *Issuer) TokenLifetime(d time.Duration) { i.tokenLifetime.Store(int64(d)) }

// DatabaseDown says whether the server's database is gone. While it is, the
// readiness probe fails and all OIDC endpoints answer with status 500, unless
// the server has an instance cache.
func (i *Issuer) DatabaseDown(down bool) { i.databaseDown.Store(down) }

// InstanceCache says whether the server keeps its instances in memory
// (Caches.Instance.Connector: memory), a usual setting in production. Then it
// answers also while its database is down, and knows neither keys nor users nor
// tokens: it takes good assertions for bad ones and live tokens for dead ones.
func (i *Issuer) InstanceCache(on bool) { i.instanceCache.Store(on) }

// cached reports whether the server finds its instance without a database.
func (i *Issuer) cached() bool { return i.instanceCache.Load() && i.answersLike().cachesInstances() }

// forgetful says whether the server answers although its database is down.
func (i *Issuer) forgetful() bool { return i.databaseDown.Load() && i.cached() }

// JustCreated treats all keys, secrets and applications as if they were created now:
// the server does not know them before lag has passed. ZITADEL needs up to 1.3 s,
// because it responds from projections of its events.
func (i *Issuer) JustCreated(lag time.Duration) { i.knownAt.Store(time.Now().Add(lag).UnixNano()) }

// justCreated reports whether credentials are still unknown.
func (i *Issuer) justCreated() bool { return time.Now().UnixNano() < i.knownAt.Load() }

// knowsNothing reports whether no credentials can be found.
func (i *Issuer) knowsNothing() bool { return i.forgetful() || i.justCreated() }

// DocumentedClientErrors says how introspection refuses a client's credentials:
// with status 401 and invalid_client, as RFC 7662 and ZITADEL's documentation
// have it, or, as ZITADEL really does, with 400 and unauthorized_client.
func (i *Issuer) DocumentedClientErrors(on bool) { i.documentedErrors.Store(on) }

// Deactivate makes u unable to get tokens and ends those it has, for good.
func (i *Issuer) Deactivate(u *ServiceUser) { i.state.deactivate(u) }

// Reactivate undoes Deactivate for new tokens.
func (i *Issuer) Reactivate(u *ServiceUser) { i.state.reactivate(u) }

// DeleteKey deletes a key of a service user or an application. Tokens that were
// issued for it stay valid.
func (i *Issuer) DeleteKey(keyID string) { i.state.deleteKey(keyID) }

// Grant replaces the roles that u has in p. Without roles it removes the grant.
func (i *Issuer) Grant(u *ServiceUser, p *Project, roles ...string) {
	i.state.grant(u, p, roles)
}

// Now returns the time on the server's clock.
func (i *Issuer) Now() time.Time { return time.Now().Add(time.Duration(i.skew.Load())) }

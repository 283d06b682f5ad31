// Package optest provides an OAuth 2.0 and OpenID Connect issuer for tests. The issuer
// responds like a ZITADEL server of one of the releases whose responses were recorded in
// testdata.
//
// Its endpoints are built on zitadel/oidc, ZITADEL's own OpenID provider library, so requests
// are parsed as ZITADEL parses them, and most error messages are the same. The rest is based
// on the recordings, which the tests of this package replay. The package must not import the
// code that it helps to test, because a bug in shared code would go undetected. Only tests,
// the demonstration and the benchmarks may import it.
//
// The library logs to the default logger of log/slog: a few lines for each issuer, and one for
// each error response. To suppress them, a program can set a different default logger.
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

// defaultTokenLifetime is the lifetime of access tokens unless a test sets a different one.
const defaultTokenLifetime = 12 * time.Hour

// Issuer is a running server. All its methods are safe for concurrent use.
type Issuer struct {
	// URL is the base URL. It is also the issuer identifier for requests that are sent to it.
	URL string
	// World is the content of the instance.
	World *World

	httpServer  *http.Server
	stopped     chan struct{} // closed when httpServer has stopped
	oidc        http.Handler
	state       *state
	keys        *keyRing
	traffic     traffic
	faults      faults
	connections atomic.Int64

	skew               atomic.Int64 // a time.Duration
	release            atomic.Int64 // a Release
	credentialsKnownAt atomic.Int64 // Unix time in nanoseconds; see JustCreated
	tokenExchange      atomic.Bool
	tokenLifetime      atomic.Int64 // a time.Duration
	databaseDown       atomic.Bool
	instanceCache      atomic.Bool
	documentedErrors   atomic.Bool
	impersonation      atomic.Bool
	addsPort           atomic.Bool
	nextGeneration     atomic.Bool
}

// Start starts an issuer that serves w on a free port of the loopback interface. The
// caller must close it. Start fails if no port can be opened.
func Start(w *World) (*Issuer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a loopback port: %w", err)
	}
	i := New("http://"+listener.Addr().String(), w)
	i.stopped = make(chan struct{})
	i.httpServer = &http.Server{
		Handler:           i,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0), // some faults break the connection
		ConnState:         i.countConnection,
	}
	go func() {
		defer close(i.stopped)
		// Serve always returns an error. After Close, it is ErrServerClosed. After any
		// other error, connections are refused, and tests fail.
		_ = i.httpServer.Serve(listener)
	}()
	return i, nil
}

// New returns an issuer that serves w through ServeHTTP. The base URL is the URL at which the
// caller makes the issuer available. The issuer opens no port and must not be closed.
func New(baseURL string, w *World) *Issuer {
	acceptUserIDs()
	i := &Issuer{
		URL:     baseURL,
		World:   w,
		state:   newState(w),
		keys:    newKeyRing(w),
		traffic: traffic{counts: map[Endpoint]int{}, last: map[Endpoint]Request{}},
		faults:  faults{queued: map[Endpoint][]Fault{}},
	}
	i.tokenLifetime.Store(int64(defaultTokenLifetime))
	i.tokenExchange.Store(true)
	i.oidc = op.RegisterServer(&server{issuer: i}, endpoints())
	return i
}

// Close stops the server and closes its connections. It can be called more than once.
func (i *Issuer) Close() {
	// This fails only if the listener is already closed.
	_ = i.httpServer.Close()
	<-i.stopped
}

// Connections returns the number of TCP connections that the issuer has accepted.
func (i *Issuer) Connections() int { return int(i.connections.Load()) }

// countConnection is the ConnState hook of the server.
func (i *Issuer) countConnection(_ net.Conn, s http.ConnState) {
	if s == http.StateNew {
		i.connections.Add(1)
	}
}

// Skew sets the server's clock d ahead of the system clock, or behind it if d is negative.
// It affects the Date header, the checks of assertions, and the times of tokens.
func (i *Issuer) Skew(d time.Duration) { i.skew.Store(int64(d)) }

// TokenLifetime sets the lifetime of access tokens that are issued from now on.
func (i *Issuer) TokenLifetime(d time.Duration) { i.tokenLifetime.Store(int64(d)) }

// DatabaseDown sets whether the server's database is down. While it is down, the readiness
// probe fails, and so do all OIDC endpoints unless the server has an instance cache.
func (i *Issuer) DatabaseDown(down bool) { i.databaseDown.Store(down) }

// InstanceCache sets whether the server caches its instances in memory
// (Caches.Instance.Connector: memory), which is common in production. Such a server
// still responds while its database is down, but finds no keys, users or tokens:
// it rejects valid assertions and reports live tokens as inactive.
func (i *Issuer) InstanceCache(enabled bool) { i.instanceCache.Store(enabled) }

// findsInstanceInCache reports whether the server finds its instance without a database.
func (i *Issuer) findsInstanceInCache() bool {
	return i.instanceCache.Load() && i.currentRelease().cachesInstances()
}

// cacheOnly reports whether the database is down, but the server still responds from its
// instance cache.
func (i *Issuer) cacheOnly() bool { return i.databaseDown.Load() && i.findsInstanceInCache() }

// JustCreated makes the server respond as if all keys, secrets and applications had just been
// created: it does not find them until lag has passed. In ZITADEL, the lag is up to 1.3 s,
// because ZITADEL reads projections, which lag behind its events.
func (i *Issuer) JustCreated(lag time.Duration) {
	i.credentialsKnownAt.Store(time.Now().Add(lag).UnixNano())
}

// justCreated reports whether the lag from JustCreated is still in effect.
func (i *Issuer) justCreated() bool { return time.Now().UnixNano() < i.credentialsKnownAt.Load() }

// credentialsUnknown reports whether the server currently finds no credentials.
func (i *Issuer) credentialsUnknown() bool { return i.cacheOnly() || i.justCreated() }

// DocumentedClientErrors sets how introspection responds to invalid client credentials. If
// documented is true, it responds with 401 invalid_client, as specified in RFC 7662 and in
// ZITADEL's documentation. Otherwise, it responds with 400 unauthorized_client, as real
// servers do.
func (i *Issuer) DocumentedClientErrors(documented bool) { i.documentedErrors.Store(documented) }

// AddPort sets whether a proxy in front of the server adds the scheme's default port to the
// Host header, like nginx with "proxy_set_header Host $host:$server_port". The issuer
// identifier then includes the port, both in the discovery document and in tokens.
func (i *Issuer) AddPort(enabled bool) { i.addsPort.Store(enabled) }

// Deactivate deactivates u and revokes its access tokens. Until [Issuer.Reactivate] is called,
// the user gets no tokens, and its personal access token is invalid.
func (i *Issuer) Deactivate(u *ServiceUser) { i.state.deactivate(u) }

// Reactivate reactivates u, which can then get tokens again. Revoked tokens stay revoked.
func (i *Issuer) Reactivate(u *ServiceUser) { i.state.reactivate(u) }

// DeleteKey deletes a key of a service user or an application. Tokens that were obtained with
// the key stay valid.
func (i *Issuer) DeleteKey(keyID string) { i.state.deleteKey(keyID) }

// Grant replaces the roles of u in p. Without roles, it removes the grant.
func (i *Issuer) Grant(u *ServiceUser, p *Project, roles ...string) {
	i.state.grant(u, p, roles)
}

// Now returns the time on the server's clock.
func (i *Issuer) Now() time.Time { return time.Now().Add(time.Duration(i.skew.Load())) }

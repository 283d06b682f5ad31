package acctest

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// Network is an in-memory network with one server. In a testing/synctest bubble,
// goroutines that wait for the network are durably blocked, so the bubble's clock can advance. Each
// request uses a separate connection, so that each can be refused.
type Network struct {
	address  string
	accepted chan net.Conn
	closed   chan struct{}

	mu         sync.Mutex
	refusal    error    // the error with which Dial refuses a connection
	skip       int      // number of connections to accept before the first refusal
	count      int      // number of connections to refuse after that
	refused    int      // number of connections refused so far
	unexpected []string // dialed addresses other than the server's
}

// NewNetwork returns a network whose server is the issuer. The network is closed when the test ends.
func NewNetwork(t testing.TB, i *optest.Issuer) *Network {
	t.Helper()
	return NewNetworkOf(t, i.URL, i)
}

// NewNetworkOf returns a network whose server has the host and port of baseURL, and responds with
// handler. The network is closed when the test ends.
func NewNetworkOf(t testing.TB, baseURL string, handler http.Handler) *Network {
	t.Helper()
	parsed, err := url.Parse(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	n := &Network{address: parsed.Host, accepted: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	server.SetKeepAlivesEnabled(false)
	go func() { _ = server.Serve(listener{n}) }()
	t.Cleanup(func() { _ = server.Close() })
	return n
}

// Refuse makes the network accept the next skip connections, and then refuse count connections with
// err. If err is nil, the network refuses none.
func (n *Network) Refuse(err error, skip, count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refusal, n.skip, n.count = err, skip, count
}

// Refused returns how many connections were refused.
func (n *Network) Refused() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.refused
}

// UnexpectedDials returns the dialed addresses other than the server's.
func (n *Network) UnexpectedDials() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.unexpected)
}

// Dial connects to the server. It has the signature of [net.Dialer.DialContext].
func (n *Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	if err := n.admit(address); err != nil {
		return nil, err
	}
	client, server := net.Pipe()
	select {
	case n.accepted <- server:
		return client, nil
	case <-n.closed:
	case <-ctx.Done():
	}
	return nil, errors.New("the network is closed, or the context is done")
}

// admit decides whether to accept a connection to address. It returns an error if the connection is
// refused.
func (n *Network) admit(address string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if address != n.address {
		n.unexpected = append(n.unexpected, address)
		return errors.New("no server has this address")
	}
	switch {
	case n.refusal == nil || n.count == 0:
		return nil
	case n.skip > 0:
		n.skip--
		return nil
	}
	n.count--
	n.refused++
	return n.refusal
}

// listener is the server's side of a network.
type listener struct{ *Network }

// Accept implements [net.Listener].
func (l listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accepted:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (l listener) Close() error {
	close(l.closed)
	return nil
}

// Addr implements [net.Listener].
func (l listener) Addr() net.Addr { return &net.TCPAddr{} }

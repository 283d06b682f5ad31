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

// Network is a network in memory with one server. In a bubble of testing/synctest,
// everything that waits for the network waits on the clock of the bubble. Each request
// has a connection of its own, so each can be refused.
type Network struct {
	address  string
	accepted chan net.Conn
	closed   chan struct{}

	mu         sync.Mutex
	refusal    error // of connections
	skip       int   // connections that are accepted before
	times      int   // connections that are refused
	refused    int
	unexpected []string
}

// NewNetwork returns a network with an issuer. It is closed when the test ends.
func NewNetwork(t testing.TB, i *optest.Issuer) *Network {
	t.Helper()
	return NewNetworkOf(t, i.URL, i)
}

// NewNetworkOf returns a network in which a handler serves a URL.
func NewNetworkOf(t testing.TB, base string, handler http.Handler) *Network {
	t.Helper()
	parsed, err := url.Parse(base)
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

// Refuse lets connections fail with an error: this many, after the next skip ones. A
// nil error ends that.
func (n *Network) Refuse(err error, skip, times int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refusal, n.skip, n.times = err, skip, times
}

// Refused returns how many connections were refused.
func (n *Network) Refused() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.refused
}

// UnexpectedDials returns the addresses other than the server's that something tried
// to connect to.
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
	return nil, errors.New("the network is closed")
}

// admit returns the error of a connection that is refused.
func (n *Network) admit(address string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if address != n.address {
		n.unexpected = append(n.unexpected, address)
		return errors.New("no server has this address")
	}
	switch {
	case n.refusal == nil || n.times == 0:
		return nil
	case n.skip > 0:
		n.skip--
		return nil
	}
	n.times--
	n.refused++
	return n.refusal
}

// listener is the end of a network at which its server listens.
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

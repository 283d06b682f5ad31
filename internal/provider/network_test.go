package provider_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// network is a network in memory with one issuer in it. What waits there waits
// on synctest's clock. Every request connects anew, so that each can be refused.
type network struct {
	address  string
	accepted chan net.Conn
	closed   chan struct{}
	server   *http.Server

	mu     sync.Mutex
	refuse error // of connections
	after  int   // those that are accepted before
	times  int   // those that are refused
	dials  int
	denied int      // connections that were refused
	astray []string // addresses that nobody should connect to
}

// onFakeClock runs test on a clock that skips waits, with a process that reaches i over
// a network in memory.
func onFakeClock(t *testing.T, i *optest.Issuer, configuration object, test func(*testing.T, *network, *process)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, i)
		defer n.server.Close()
		p := startOn(t, n)
		configuration["issuer"] = i.URL
		p.configure(configuration)
		test(t, n, p)
	})
}

func newNetwork(t *testing.T, i *optest.Issuer) *network {
	t.Helper()
	at, err := url.Parse(i.URL)
	if err != nil {
		t.Fatal(err)
	}
	n := &network{address: at.Host, accepted: make(chan net.Conn), closed: make(chan struct{})}
	n.server = &http.Server{Handler: i, ErrorLog: log.New(io.Discard, "", 0)}
	n.server.SetKeepAlivesEnabled(false)
	go func() { _ = n.server.Serve(n) }()
	return n
}

// dial connects to the issuer.
func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if address != n.address {
		n.astray = append(n.astray, address)
		return nil, errors.New("nobody is there")
	}
	n.dials++
	if n.refuse != nil && n.dials > n.after && n.dials <= n.after+n.times {
		n.denied++
		return nil, n.refuse
	}
	client, server := net.Pipe()
	select {
	case n.accepted <- server:
		return client, nil
	case <-n.closed:
	case <-ctx.Done():
	}
	return nil, errors.New("the network is gone")
}

// refused returns how many connections were refused.
func (n *network) refused() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.denied
}

// Accept implements [net.Listener].
func (n *network) Accept() (net.Conn, error) {
	select {
	case c := <-n.accepted:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (n *network) Close() error {
	close(n.closed)
	return nil
}

// Addr implements [net.Listener].
func (n *network) Addr() net.Addr { return &net.TCPAddr{} }

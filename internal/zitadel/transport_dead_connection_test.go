package zitadel_test

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

// TestDeadConnection checks that only one attempt fails if a connection is dead, for example
// because the server has crashed or a NAT gateway has dropped the connection. Without pings,
// every later HTTP/2 attempt would hang on the same dead connection.
func TestDeadConnection(t *testing.T) {
	t.Parallel()
	w := *world()
	w.Domain = domain
	for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				serverCert := certificate(t, domain)
				pair, err := tls.X509KeyPair([]byte(serverCert.PEM), []byte(serverCert.KeyPEM))
				if err != nil {
					t.Fatal(err)
				}
				issuer := optest.New("https://"+domain, &w)
				l := &network{accepted: make(chan net.Conn), closed: make(chan struct{}), dead: make(chan struct{})}
				server := &http.Server{
					Handler: issuer, ErrorLog: log.New(io.Discard, "", 0), Protocols: new(http.Protocols),
					TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
				}
				server.Protocols.SetHTTP1(true)
				server.Protocols.SetHTTP2(http2)
				go func() { _ = server.ServeTLS(l, "", "") }()
				defer server.Close()
				transport := roundTripper(t, zitadel.Transport{
					ServerName: domain, CACertPEM: serverCert.PEM, Dial: l.dial,
				})
				c := &zitadel.Client{Issuer: "https://" + domain, Transport: transport, MaxRetries: 1}
				introspect := func() {
					result, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret(w.Service.PAT))
					if err != nil || !result.Active {
						t.Errorf("result %+v, error %v; want an active token", result, err)
					}
				}
				introspect()
				close(l.dead)
				introspect()
				if l.dials != 2 {
					t.Errorf("%d connections, want 2", l.dials)
				}
				l.closeFirst()
			})
		})
	}
}

// network is an in-memory network and its only listener. The first connection dies when the dead
// channel is closed.
type network struct {
	accepted     chan net.Conn
	closed, dead chan struct{}

	mu    sync.Mutex
	dials int
	first net.Conn
}

func (n *network) dial(context.Context, string, string) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dials++
	client, server := net.Pipe()
	n.accepted <- server
	if n.dials == 1 {
		n.first = server
		return &discardingConnection{Conn: client, dead: n.dead}, nil
	}
	return client, nil
}

// closeFirst closes the server's end of the first connection.
func (n *network) closeFirst() { _ = n.first.Close() }

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

// discardingConnection is a connection that discards written data once the dead channel is closed.
type discardingConnection struct {
	net.Conn
	dead chan struct{}
}

func (d *discardingConnection) Write(b []byte) (int, error) {
	select {
	case <-d.dead:
		return len(b), nil
	default:
		return d.Conn.Write(b)
	}
}

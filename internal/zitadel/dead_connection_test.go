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
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// A connection that has died without a word (a machine that is gone, a NAT that
// forgot it) costs one attempt, and not all: in HTTP/2 the next one would have
// waited for the same connection.
func TestDeadConnection(t *testing.T) {
	t.Parallel()
	w := *world()
	w.Domain = domain
	for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				own := certificate(t, domain)
				pair, err := tls.X509KeyPair([]byte(own.PEM), []byte(own.KeyPEM))
				if err != nil {
					t.Fatal(err)
				}
				issuer := optest.New("https://"+domain, &w)
				l := &line{accepted: make(chan net.Conn), closed: make(chan struct{}), dead: make(chan struct{})}
				server := &http.Server{Handler: issuer, ErrorLog: log.New(io.Discard, "", 0), TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}}
				server.Protocols = new(http.Protocols)
				server.Protocols.SetHTTP1(true)
				server.Protocols.SetHTTP2(http2)
				go func() { _ = server.ServeTLS(l, "", "") }()
				defer server.Close()
				transport := round(t, oauth.Transport{ServerName: domain, CACertPEM: own.PEM, Dial: l.dial})
				c := &oauth.Client{Issuer: "https://" + domain, Transport: transport, MaxRetries: 1}
				ask := func() {
					if found, err := c.Introspect(t.Context(), apiSecret(), key.NewSecret(w.Service.PAT)); err != nil || !found.Active {
						t.Errorf("%+v %v", found, err)
					}
				}
				ask()
				close(l.dead)
				ask()
				if l.dials != 2 {
					t.Errorf("%d connections, want 2", l.dials)
				}
				l.cut()
			})
		})
	}
}

// line is a network in memory, whose first connection dies.
type line struct {
	accepted     chan net.Conn
	closed, dead chan struct{}

	mu    sync.Mutex
	dials int
	first net.Conn
}

func (l *line) dial(context.Context, string, string) (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dials++
	client, server := net.Pipe()
	l.accepted <- server
	if l.dials == 1 {
		l.first = server
		return &mortal{Conn: client, dead: l.dead}, nil
	}
	return client, nil
}

// cut ends the first connection for the server, too.
func (l *line) cut() { _ = l.first.Close() }

// Accept implements [net.Listener].
func (l *line) Accept() (net.Conn, error) {
	select {
	case c := <-l.accepted:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (l *line) Close() error {
	close(l.closed)
	return nil
}

// Addr implements [net.Listener].
func (l *line) Addr() net.Addr { return &net.TCPAddr{} }

// mortal is a connection on which, once it is dead, nothing arrives any more.
type mortal struct {
	net.Conn
	dead chan struct{}
}

func (m *mortal) Write(b []byte) (int, error) {
	select {
	case <-m.dead:
		return len(b), nil
	default:
		return m.Conn.Write(b)
	}
}

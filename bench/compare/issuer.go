package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/optest"
)

// issuer is the built-in issuer behind a listener that counts.
type issuer struct {
	*optest.Issuer
	server *httptest.Server

	mu     sync.Mutex
	counts counts
	signed map[[sha256.Size]byte]bool
}

// counts are what reached the issuer.
type counts struct{ discovery, keys, token, introspection, other, assertions, connections int }

func startIssuer() (*issuer, error) {
	inner, err := optest.Start(optest.NewWorld())
	if err != nil {
		return nil, err
	}
	i := &issuer{Issuer: inner}
	i.reset()
	i.server = httptest.NewUnstartedServer(i)
	i.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			i.mu.Lock()
			defer i.mu.Unlock()
			i.counts.connections++
		}
	}
	i.server.Start()
	i.URL = i.server.URL
	return i, nil
}

// Close ends the issuer.
func (i *issuer) Close() {
	i.server.Close()
	i.Issuer.Close()
}

func (i *issuer) reset() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.counts, i.signed = counts{}, map[[sha256.Size]byte]bool{}
}

func (i *issuer) counted() counts {
	i.mu.Lock()
	defer i.mu.Unlock()
	counted := i.counts
	counted.assertions = len(i.signed)
	return counted
}

// ServeHTTP counts a request, and the assertion in it, and hands it on.
func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	i.count(r.URL.Path, body)
	i.Issuer.ServeHTTP(w, r)
}

func (i *issuer) count(path string, body []byte) {
	form, _ := url.ParseQuery(string(body)) // what is no form has no assertion
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, name := range []string{"assertion", "client_assertion"} {
		if form.Has(name) {
			i.signed[sha256.Sum256([]byte(form.Get(name)))] = true
		}
	}
	switch path {
	case "/.well-known/openid-configuration":
		i.counts.discovery++
	case "/oauth/v2/keys":
		i.counts.keys++
	case tokenPath:
		i.counts.token++
	case introspectionPath:
		i.counts.introspection++
	default:
		i.counts.other++
	}
}

const (
	tokenPath         = "/oauth/v2/token"
	introspectionPath = "/oauth/v2/introspect"
)

// String lists the counts that are not zero.
func (c counts) String() string {
	text := ""
	for _, each := range []struct {
		n             int
		one, multiple string
	}{
		{c.discovery, "discovery", "discoveries"}, {c.token, "token request", "token requests"},
		{c.introspection, "introspection", "introspections"}, {c.keys, "JWKS fetch", "JWKS fetches"},
		{c.other, "other request", "other requests"}, {c.assertions, "assertion", "assertions"},
		{c.connections, "connection", "connections"},
	} {
		name := each.multiple
		if each.n == 1 {
			name = each.one
		}
		if each.n > 0 {
			text += fmt.Sprintf(", %d %s", each.n, name)
		}
	}
	if text == "" {
		return "no request"
	}
	return text[2:]
}

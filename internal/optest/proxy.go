package optest

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
)

// Proxy is an HTTP proxy, to be served by a test's own listener. Set its fields
// before the first request.
type Proxy struct {
	// To is the host and port to which everything goes, whatever host it is
	// for. If empty, to the one it is for.
	To string
	// User is the user and the password, with a colon between them, that the
	// proxy wants. If empty, it takes all.
	User string
	// Refusal is an answer that the proxy gives to everything. If zero, none.
	Refusal int
	// Reason is what the proxy says beside its refusals.
	Reason string

	mu   sync.Mutex
	seen []ProxyRequest
}

// ProxyRequest is what a proxy was asked.
type ProxyRequest struct {
	Method, Host, Protocol string
	Header                 http.Header
}

// Seen returns all that the proxy was asked, the first first.
func (p *Proxy) Seen() []ProxyRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]ProxyRequest(nil), p.seen...)
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.seen = append(p.seen, ProxyRequest{r.Method, r.Host, r.Proto, r.Header.Clone()})
	p.mu.Unlock()
	status := p.Refusal
	if p.User != "" && r.Header.Get("Proxy-Authorization") != "Basic "+base64.StdEncoding.EncodeToString([]byte(p.User)) {
		status = http.StatusProxyAuthRequired
		w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
	}
	switch {
	case status != 0:
		p.refuse(w, status)
	case r.Method == http.MethodConnect:
		p.tunnel(w, r.Host)
	default:
		forward := httputil.ReverseProxy{Rewrite: func(out *httputil.ProxyRequest) {
			out.Out.URL.Host, out.Out.Host = p.target(r.Host), r.Host
			out.Out.Header["X-Forwarded-Proto"] = r.Header["X-Forwarded-Proto"] // which is left out otherwise
		}, Transport: &http.Transport{DisableKeepAlives: true}}
		forward.ServeHTTP(w, r)
	}
}

func (p *Proxy) target(host string) string {
	if p.To != "" {
		return p.To
	}
	return host
}

// refuse answers with the reason beside the status, too, where net/http's server
// has a text of its own.
func (p *Proxy) refuse(w http.ResponseWriter, status int) {
	client, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, p.Reason, status)
		return
	}
	defer client.Close()
	answer := http.Response{
		StatusCode: status, Status: http.StatusText(status) + " " + p.Reason, ProtoMajor: 1, ProtoMinor: 1,
		Header: w.Header(), Close: true,
	}
	if answer.Write(buffer) == nil {
		_ = buffer.Flush() // a client that has gone needs no answer
	}
}

func (p *Proxy) tunnel(w http.ResponseWriter, host string) {
	server, err := net.Dial("tcp", p.target(host))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer server.Close()
	client, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusHTTPVersionNotSupported)
		return
	}
	defer client.Close()
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	back := make(chan struct{})
	go func() {
		defer close(back)
		_, _ = io.Copy(client, server) // either end may go at any time
		_ = client.Close()
	}()
	_, _ = io.Copy(server, client)
	_ = server.Close()
	<-back
}

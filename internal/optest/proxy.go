package optest

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
)

// Proxy is an [http.Handler] that acts as an HTTP proxy. Set its fields before the first
// request.
type Proxy struct {
	// To is the host and port to which the proxy forwards all requests. If To is empty, the
	// proxy forwards each request to the requested host.
	To string
	// User is the required user name and password, separated by a colon. If User is empty, the
	// proxy requires none.
	User string
	// Refusal is the status with which the proxy rejects every request. If Refusal is zero,
	// the proxy accepts requests. A request without the credentials in User is rejected with
	// 407 in either case.
	Refusal int
	// Reason is appended to the standard reason phrase of each rejection.
	Reason string

	mu       sync.Mutex
	requests []ProxyRequest
}

// ProxyRequest is a request that a [Proxy] has received.
type ProxyRequest struct {
	Method, Host, Protocol string
	Header                 http.Header
}

// Seen returns the requests that the proxy has received, in order.
func (p *Proxy) Seen() []ProxyRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]ProxyRequest(nil), p.requests...)
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests = append(p.requests, ProxyRequest{r.Method, r.Host, r.Proto, r.Header.Clone()})
	p.mu.Unlock()
	status := p.Refusal
	authorization := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.User))
	if p.User != "" && r.Header.Get("Proxy-Authorization") != authorization {
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
			out.Out.Header["X-Forwarded-Proto"] = r.Header["X-Forwarded-Proto"] // ReverseProxy removes this header
		}, Transport: &http.Transport{DisableKeepAlives: true}}
		forward.ServeHTTP(w, r)
	}
}

// target returns the address to connect to for a request to host.
func (p *Proxy) target(host string) string {
	if p.To != "" {
		return p.To
	}
	return host
}

// refuse rejects a request and adds Reason to the status line. It hijacks the connection,
// because net/http's server cannot set a reason phrase.
func (p *Proxy) refuse(w http.ResponseWriter, status int) {
	client, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, p.Reason, status)
		return
	}
	defer client.Close()
	response := http.Response{
		StatusCode: status, Status: http.StatusText(status) + " " + p.Reason, ProtoMajor: 1, ProtoMinor: 1,
		Header: w.Header(), Close: true,
	}
	if response.Write(buffer) == nil {
		_ = buffer.Flush() // fails if the client has disconnected
	}
}

// tunnel connects the client to the target of a CONNECT request.
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
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(client, server) // either end can disconnect at any time
		_ = client.Close()
	}()
	_, _ = io.Copy(server, client)
	_ = server.Close()
	<-done
}

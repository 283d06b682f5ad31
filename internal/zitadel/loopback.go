package zitadel

import (
	"context"
	"net"
	"strings"
)

// isLocalhost reports whether host is localhost or a subdomain of it. These names refer to this
// machine (RFC 6761 section 6.3).
func isLocalhost(host string) bool {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// onLoopback returns a dialer that replaces localhost and its subdomains with 127.0.0.1 or, if that
// fails, with ::1, because a resolver might return the address of a different machine. It connects
// with dial, or with a [net.Dialer] if dial is nil.
func onLoopback(dial dialer) dialer {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || !isLocalhost(host) {
			return dial(ctx, network, address)
		}
		connection, err := dial(ctx, network, net.JoinHostPort("127.0.0.1", port))
		if err == nil || ctx.Err() != nil {
			return connection, err
		}
		if connection, err6 := dial(ctx, network, net.JoinHostPort("::1", port)); err6 == nil {
			return connection, nil
		}
		return nil, err
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return isLocalhost(host) || ip != nil && ip.IsLoopback()
}

package zitadel

import (
	"context"
	"net"
	"strings"
)

// isLocalhost reports whether a host is localhost or a name below it. These names are
// those of this machine (RFC 6761 section 6.3).
func isLocalhost(host string) bool {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// onLoopback returns dial for names under localhost without a resolver, which may
// return another machine: it connects to the loopback addresses.
func onLoopback(
	dial func(context.Context, string, string) (net.Conn, error),
) func(context.Context, string, string) (net.Conn, error) {
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
		if connection, other := dial(ctx, network, net.JoinHostPort("::1", port)); other == nil {
			return connection, nil
		}
		return nil, err
	}
}

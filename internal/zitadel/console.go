package zitadel

import (
	"net"
	"strings"
)

// pageOf returns what ZITADEL serves at a path that people copy by mistake, such as "the
// console", or "" for a path that ZITADEL does not have.
func pageOf(path string) string {
	pages := []struct{ prefix, page string }{
		{"/ui/console", "the console"},
		{"/ui/login", "a login page"}, {"/ui/v2/login", "a login page"}, {"/ui", "the console"},
		{"/.well-known/", "the discovery document"},
		{"/oauth/v2", "an endpoint"}, {"/oidc/v1", "an endpoint"}, {"/device", "an endpoint"}, {"/saml", "an endpoint"},
		{"/management/v1", "the API"}, {"/admin/v1", "the API"}, {"/auth/v1", "the API"},
		{"/system/v1", "the API"}, {"/v2", "the API"},
		{"/zitadel.", "the API"}, {"/debug/", "the API"},
	}
	for _, each := range pages {
		if strings.HasPrefix(path, each.prefix) {
			return each.page
		}
	}
	return ""
}

// isPortal reports whether a host is that of ZITADEL's website or customer portal. An
// instance has a name of its own below zitadel.cloud.
func isPortal(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	switch strings.TrimPrefix(strings.ToLower(name), "www.") {
	case "zitadel.com", "zitadel.cloud":
		return true
	}
	return false
}

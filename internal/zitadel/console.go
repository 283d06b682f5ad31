package zitadel

import (
	"net"
	"strings"
)

// pageOf describes what ZITADEL serves at path, for example "the console". It recognizes the pages
// whose URLs users copy by mistake, and returns "" for any other path.
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
	for _, p := range pages {
		if strings.HasPrefix(path, p.prefix) {
			return p.page
		}
	}
	return ""
}

// isPortal reports whether host, with or without a port, is ZITADEL's website or customer portal.
// An instance's host is a subdomain of zitadel.cloud or a custom domain.
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

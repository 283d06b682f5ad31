package zitadel

import (
	"net"
	"strings"
)

// pageOf describes the page that ZITADEL serves at path, for example as "the console", because
// users copy the URLs of these pages by mistake. It returns "" for an unknown path.
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

// isPortal reports whether host, with or without a port, is ZITADEL's website or customer
// portal. The host of an instance is a subdomain of zitadel.cloud or a custom domain.
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

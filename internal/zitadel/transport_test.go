package zitadel_test

import (
	"errors"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/oauth"
)

func TestTransportFaults(t *testing.T) {
	t.Parallel()
	one, other := certificate(t, "a"), certificate(t, "b")
	tests := map[string]struct {
		transport oauth.Transport
		argument  string
	}{
		"CA is no PEM":            {oauth.Transport{CACertPEM: canary}, "ca_cert_pem"},
		"CA is a key":             {oauth.Transport{CACertPEM: one.KeyPEM}, "ca_cert_pem"},
		"client certificate":      {oauth.Transport{ClientCertPEM: canary, ClientKeyPEM: key.NewSecret(one.KeyPEM)}, "client_cert_pem"},
		"client key":              {oauth.Transport{ClientCertPEM: one.PEM, ClientKeyPEM: key.NewSecret(canary)}, "client_cert_pem"},
		"no client key":           {oauth.Transport{ClientCertPEM: one.PEM}, "client_cert_pem"},
		"another key":             {oauth.Transport{ClientCertPEM: one.PEM, ClientKeyPEM: key.NewSecret(other.KeyPEM)}, "client_cert_pem"},
		"proxy without scheme":    {oauth.Transport{ProxyURL: key.NewSecret("someone:" + canary + "@proxy:3128")}, "proxy_url"},
		"proxy of another scheme": {oauth.Transport{ProxyURL: key.NewSecret("ftp://someone:" + canary + "@proxy:3128")}, "proxy_url"},
		"proxy without host":      {oauth.Transport{ProxyURL: key.NewSecret("http:///" + canary)}, "proxy_url"},
		"proxy with a bad port":   {oauth.Transport{ProxyURL: key.NewSecret("http://someone:" + canary + "@proxy:port")}, "proxy_url"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.transport.RoundTripper()
			var fault *oauth.ArgumentError
			if !errors.As(err, &fault) || fault.Argument != test.argument {
				t.Fatalf("%v, want a fault of %s", err, test.argument)
			}
			says(t, err.Error(), test.argument+": ")
			keeps(t, err.Error(), canary)
		})
	}
}

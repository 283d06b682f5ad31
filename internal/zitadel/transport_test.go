package zitadel_test

import (
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/zitadel"
)

func TestInvalidTransport(t *testing.T) {
	t.Parallel()
	one, other := certificate(t, "a"), certificate(t, "b")
	client := func(cert, privateKey string) zitadel.Transport {
		return zitadel.Transport{ClientCertPEM: cert, ClientKeyPEM: key.NewSecret(privateKey)}
	}
	proxy := func(url string) zitadel.Transport { return zitadel.Transport{ProxyURL: key.NewSecret(url)} }
	tests := map[string]struct {
		transport zitadel.Transport
		want      string
	}{
		"CA is not PEM":              {zitadel.Transport{CACertPEM: canary}, "ca-certificate-missing"},
		"CA is a key":                {zitadel.Transport{CACertPEM: one.KeyPEM}, "ca-certificate-missing"},
		"invalid client certificate": {client(canary, one.KeyPEM), "client-certificate-invalid"},
		"invalid client key":         {client(one.PEM, canary), "client-certificate-invalid"},
		"no client key":              {client(one.PEM, ""), "client-certificate-invalid"},
		"client key does not match":  {client(one.PEM, other.KeyPEM), "client-certificate-invalid"},
		"proxy without scheme":       {proxy("someone:" + canary + "@proxy:3128"), "proxy-url-invalid"},
		"unsupported proxy scheme":   {proxy("ftp://someone:" + canary + "@proxy:3128"), "proxy-url-invalid"},
		"proxy without host":         {proxy("http:///" + canary), "proxy-url-invalid"},
		"proxy with invalid port":    {proxy("http://someone:" + canary + "@proxy:port"), "proxy-url-invalid"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.transport.RoundTripper()
			if err == nil || err.Error() != test.want { // no values, because they could contain secrets
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
}

package zitadel_test

import (
	"encoding/base64"
	"strings"
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
		"CA is not PEM": {zitadel.Transport{CACertPEM: canary}, `ca-certificate-missing form=""`},
		"CA is a key":   {zitadel.Transport{CACertPEM: one.KeyPEM}, `ca-certificate-missing form="key"`},
		"CA in base64": {
			zitadel.Transport{CACertPEM: base64.StdEncoding.EncodeToString([]byte(one.PEM))},
			`ca-certificate-missing form="base64"`,
		},
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

// TestLineBreaksOfCertificates checks that certificates and keys are accepted if their line breaks are
// escaped or missing.
func TestLineBreaksOfCertificates(t *testing.T) {
	t.Parallel()
	one := certificate(t, "a")
	for name, by := range map[string]string{
		"escaped": `\n`, "missing": "", "spaces": " ", "CRLF": "\r\n", "indented": "\n    ",
	} {
		change := func(text string) string { return strings.ReplaceAll(text, "\n", by) }
		transport := zitadel.Transport{
			CACertPEM: change(one.PEM), ClientCertPEM: change(one.PEM), ClientKeyPEM: key.NewSecret(change(one.KeyPEM)),
		}
		if _, err := transport.RoundTripper(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

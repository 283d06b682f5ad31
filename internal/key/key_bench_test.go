package key_test

import (
	"testing"
	"time"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

func BenchmarkParse(b *testing.B) {
	data := document(serviceAccount())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	k := must(key.Parse(document(serviceAccount())))
	audience := []string{"https://issuer.example"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Sign(audience, someTime, time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFingerprint(b *testing.B) {
	k := must(key.Parse(document(serviceAccount())))
	b.ReportAllocs()
	for b.Loop() {
		_ = k.Fingerprint()
	}
}

func BenchmarkParseAssertion(b *testing.B) {
	k := must(key.Parse(document(serviceAccount())))
	text := must(k.Sign([]string{"https://issuer.example"}, someTime, time.Hour)).Text
	b.ReportAllocs()
	for b.Loop() {
		if _, err := key.ParseAssertion(text); err != nil {
			b.Fatal(err)
		}
	}
}

package key_test

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"html"
	neturl "net/url"
	"slices"
	"strings"
)

// otherForms returns the files in testdata/forms from which no steps can extract a valid key JSON.
func otherForms(account map[string]any, good []byte) []form {
	jwtHeader := string(url([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)))
	jwe := string(url([]byte(`{"alg":"A256GCMKW","enc":"A256GCM","iv":"aaaa","tag":"bbbb"}`))) + ".a2V5.aXY.dGV4dA.dGFn"
	jwt := jwtHeader + "." + string(url([]byte(`{"sub":"1"}`))) + ".c2lnbmF0dXJl"
	cipher := bytes.Repeat([]byte{0x8f, 0x3e, 0xfb, 0x91, 0x00, 0xc3, 0x28}, 8)
	keyPEM := pkcs1(rsa2048())
	public := block("PUBLIC KEY", must(publicDER()))
	dekInfo := strings.Replace(keyPEM, "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1)
	google := map[string]any{
		"type": "service_account", "project_id": "p", "private_key_id": "1", "private_key": pkcs8(rsa2048()),
		"client_email": "ci@p.iam.gserviceaccount.com", "client_id": "2", "token_uri": "https://oauth2.googleapis.com/token",
	}
	numeric := with(account, map[string]any{"keyId": 312345678901234567, "userId": 298765432109876543})
	numericYAML := "type: serviceaccount\nkeyId: 312345678901234567\nuserId: 298765432109876543\nkey: |\n  " +
		strings.ReplaceAll(strings.TrimSpace(account["key"].(string)), "\n", "\n  ") + "\n"
	tests := []form{
		{
			name: "numeric-ids-in-vault.json", data: object("data", map[string]any{"data": numeric}),
			code: "key-member-not-string", steps: "json member:data member:data",
		},
		{
			name: "numeric-ids-in-base64.txt", data: std(document(numeric)), code: "key-member-not-string", steps: "base64",
		},
		{name: "numeric-ids.yaml", data: []byte(numericYAML), code: "key-member-not-string", steps: "yaml"},
		{
			name: "repeated-member.json", data: append([]byte(`{"keyId":"1",`), good[1:]...), code: "key-member-repeated",
		},
		{name: "path-file-url.txt", data: []byte("file:///run/secrets/zitadel.json"), code: "key-json-is-path"},
		{name: "path-curl.txt", data: []byte("@zitadel.json\n"), code: "key-json-is-path"},
		{name: "path-placeholder.txt", data: []byte("$HOME/zitadel.json"), code: "key-json-is-path"},
		{name: "path-placeholder-in-braces.txt", data: []byte("${HOME}/zitadel.json"), code: "key-json-is-path"},
		{name: "reference-expression.txt", data: []byte("var.zitadel_key"), code: "value-reference"},
		{name: "reference-call.txt", data: []byte(`file("zitadel.json")`), code: "value-reference"},
		{name: "empty.txt", data: nil, code: "key-json-empty"},
		{name: "blank.txt", data: []byte(" \r\n"), code: "key-json-empty"},
		{name: "mark-only.txt", data: []byte("\ufeff"), code: "key-json-empty"},
		{name: "access-token-jwe.txt", data: []byte(jwe), code: "key-json-is-token"},
		{name: "access-token-newline.txt", data: []byte(jwe + "\n"), code: "key-json-is-token"},
		{name: "access-token-bearer.txt", data: []byte("Bearer " + jwe), code: "key-json-is-token"},
		{name: "access-token-quoted.txt", data: quoted([]byte(jwe)), code: "key-json-is-token", steps: "json"},
		{name: "access-token-old.txt", data: url(cipher), code: "key-json-is-token"},
		{
			name: "access-token-response.json",
			data: document(map[string]any{"access_token": jwe, "token_type": "Bearer"}),
			code: "key-json-is-token",
		},
		{
			name: "access-token-api.json",
			data: document(map[string]any{"tokenId": "1", "token": jwe}),
			code: "key-json-is-token",
		},
		{name: "jwt.txt", data: []byte(jwt), code: "key-json-is-jwt"},
		{
			name:  "jwt-in-secret.json",
			data:  object("SecretString", jwt),
			code:  "key-json-is-jwt",
			steps: "json member:SecretString",
		},
		{
			name: "client-secret.json",
			data: document(map[string]any{"clientId": "ci", "clientSecret": canary}),
			code: "key-json-is-client-secret",
		},
		{
			name: "client-secret-snake-case.json",
			data: document(map[string]any{"client_id": "ci", "client_secret": canary}),
			code: "key-json-is-client-secret",
		},
		{
			name: "client-secret-api.json",
			data: document(map[string]any{"clientId": "ci", "clientSecret": canary, "details": map[string]any{}}),
			code: "key-json-is-client-secret",
		},
		{
			name:  "client-secret-in-base64.txt",
			data:  std(document(map[string]any{"clientId": "ci", "clientSecret": canary})),
			code:  "key-json-is-client-secret",
			steps: "base64",
		},
		{name: "pem-pkcs1.pem", data: []byte(keyPEM), code: "key-json-is-pem"},
		{name: "pem-pkcs8.pem", data: []byte(pkcs8(rsa2048())), code: "key-json-is-pem"},
		{name: "pem-one-line.pem", data: []byte(strings.ReplaceAll(keyPEM, "\n", `\n`)), code: "key-json-is-pem"},
		{name: "pem-in-base64.txt", data: std([]byte(keyPEM)), code: "key-json-is-pem", steps: "base64"},
		{
			name:  "pem-in-secret.json",
			data:  object("SecretString", keyPEM),
			code:  "key-json-is-pem",
			steps: "json member:SecretString",
		},
		{name: "pem-cut.pem", data: []byte(keyPEM[:500]), code: "key-not-pem"},
		{name: "pem-public.pem", data: []byte(public), code: "key-is-public"},
		{name: "pem-public-in-key.json", data: document(with(account, map[string]any{"key": public})), code: "key-is-public"},
		{
			name: "pem-public-in-key-one-line.json",
			data: document(with(account, map[string]any{"key": strings.ReplaceAll(public, "\n", " ")})),
			code: "key-is-public",
		},
		{name: "pem-encrypted.pem", data: []byte(block("ENCRYPTED PRIVATE KEY", []byte("secret"))), code: "key-encrypted"},
		{
			name: "pem-encrypted-in-key.json",
			data: document(with(account, map[string]any{"key": block("ENCRYPTED PRIVATE KEY", []byte("secret"))})),
			code: "key-encrypted",
		},
		{name: "pem-encrypted-old.pem", data: []byte(dekInfo), code: "key-encrypted"},
		{
			name: "pem-encrypted-old-in-key-one-line.json",
			data: document(with(account, map[string]any{"key": strings.ReplaceAll(dekInfo, "\n", " ")})),
			code: "key-encrypted",
		},
		{name: "pem-openssh.pem", data: []byte(block("OPENSSH PRIVATE KEY", []byte("openssh-key-v1"))), code: "key-is-ssh"},
		{
			name: "pem-openssh-in-key.json",
			data: document(with(account, map[string]any{"key": block("OPENSSH PRIVATE KEY", []byte("openssh-key-v1"))})),
			code: "key-is-ssh",
		},
		{name: "pem-ec.pem", data: []byte(pkcs8(ec256())), code: "key-is-ec"},
		{name: "pem-ec-in-key.json", data: document(with(account, map[string]any{"key": pkcs8(ec256())})), code: "key-is-ec"},
		{name: "pem-ed25519.pem", data: []byte(pkcs8(edwards())), code: "key-not-rsa"},
		{name: "pem-certificate.pem", data: []byte(block("CERTIFICATE", certificate())), code: "key-is-certificate"},
		{
			name: "pem-certificate-in-key.json",
			data: document(with(account, map[string]any{"key": block("CERTIFICATE", certificate())})),
			code: "key-is-certificate",
		},
		{name: "pem-rsa-1024.pem", data: []byte(pkcs1(rsa1024())), code: "key-size"},
		{name: "ssh-public.txt", data: []byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== ci@example"), code: "key-is-public"},
		{name: "putty.txt", data: []byte("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n"), code: "key-is-ssh"},
		{
			name: "jwk.json",
			data: document(map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB", "d": canary}),
			code: "key-json-is-jwk",
		},
		{
			name:  "jwks.json",
			data:  object("keys", []any{map[string]any{"kty": "RSA", "n": "AQAB", "e": "AQAB"}}),
			code:  "key-json-is-jwk",
			steps: "json member:keys element:0",
		},
		{name: "google.json", data: document(google), code: "key-json-is-google"},
		{name: "google-in-base64.txt", data: std(document(google)), code: "key-json-is-google", steps: "base64"},
		{name: "google-in-vault.json", data: object("data", google), code: "key-json-is-google", steps: "json member:data"},
		{
			name: "yaml.yaml",
			data: []byte("clusters:\n- cluster:\n    server: https://k8s.example\nkind: Config\n"),
			code: "key-json-is-yaml",
		},
		{
			name: "yaml-simple.yaml",
			data: []byte("---\ntype: serviceaccount\nkeyId: 312345678901234567\n"),
			code: "key-json-is-yaml",
		},
		{name: "html.html", data: []byte("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"), code: "key-json-is-page"},
		{name: "html-without-type.html", data: []byte("<html lang=\"en\"></html>"), code: "key-json-is-page"},
		{
			name: "xml.xml",
			data: []byte("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
			code: "key-json-is-page",
		},
		{name: "cut.json", data: good[:len(good)*2/3], code: "key-json-truncated"},
		{name: "cut-last-character.json", data: good[:len(good)-1], code: "key-json-truncated"},
		{name: "cut-raw.json", data: raw(account, keyPEM)[:700], code: "key-json-truncated"},
		{name: "cut-first-line.json", data: []byte("{\n"), code: "key-json-truncated"},
		{name: "cut-base64.txt", data: std(good)[:900], code: "key-json-truncated", steps: "base64"},
		{name: "cut-base64-odd.txt", data: std(good)[:901], code: "key-json-truncated", steps: "base64"},
		{name: "cut-json-string.txt", data: quoted(good)[:900], code: "key-json-truncated"},
		{name: "path.txt", data: []byte("/run/secrets/zitadel.json"), code: "key-json-is-path"},
		{name: "path-relative.txt", data: []byte("keys/zitadel"), code: "key-json-is-path"},
		{name: "path-name.txt", data: []byte("zitadel.json\n"), code: "key-json-is-path"},
		{name: "path-windows.txt", data: []byte(`C:\keys\zitadel.json`), code: "key-json-is-path"},
		{name: "path-quoted.txt", data: []byte(`"/run/secrets/zitadel.json"`), code: "key-json-is-path", steps: "json"},
		{name: "reference-onepassword.txt", data: []byte("op://ci/zitadel/key.json"), code: "key-json-is-reference"},
		{
			name: "reference-aws.txt",
			data: []byte("arn:aws:secretsmanager:eu-central-1:1:secret:zitadel"),
			code: "key-json-is-reference",
		},
		{
			name: "reference-gcp.txt",
			data: []byte("projects/1/secrets/zitadel/versions/latest"),
			code: "key-json-is-reference",
		},
		{name: "reference-placeholder.txt", data: []byte("${ZITADEL_KEY_JSON}"), code: "key-json-is-reference"},
		{name: "reference-masked.txt", data: []byte("***"), code: "key-json-is-reference"},
		{name: "reference-sensitive.txt", data: []byte("<sensitive>\n"), code: "key-json-is-reference"},
		{name: "percent.txt", data: []byte(neturl.PathEscape(string(good))), code: "key-json-is-encoded"},
		{name: "html-entities.txt", data: []byte(html.EscapeString(string(good))), code: "key-json-is-encoded"},
		{name: "hexadecimal.txt", data: []byte(hex.EncodeToString(good)), code: "key-json-is-encoded"},
		{name: "gzip.gz", data: zipped(good), code: "key-json-is-encoded"},
		{name: "gzip-base64.txt", data: std(zipped(good)), code: "key-json-is-encoded", steps: "base64"},
		{name: "der.der", data: x509.MarshalPKCS1PrivateKey(rsa2048()), code: "key-json-is-der"},
		{name: "der-base64.txt", data: std(x509.MarshalPKCS1PrivateKey(rsa2048())), code: "key-json-is-der", steps: "base64"},
		{name: "null.txt", data: []byte("null"), code: "key-json-not-object"},
		{name: "number.txt", data: []byte("312345678901234567"), code: "key-json-not-object"},
		{name: "words.txt", data: []byte("no such secret"), code: "key-json-invalid"},
		{name: "comma.json", data: append(slices.Clone(good[:len(good)-1]), ",}"...), code: "key-json-invalid"},
		{name: "single-quoted.json", data: bytes.ReplaceAll(good, []byte(`"`), []byte("'")), code: "key-json-invalid"},
		{name: "two-documents.json", data: append(slices.Clone(good), good...), code: "key-json-invalid"},
		{name: "base64-of-nothing.txt", data: std([]byte("a text of no importance")), code: "key-json-invalid"},
	}
	for member, other := range map[string]string{
		"keyId": "key_id", "key": "private_key", "userId": "user_id", "type": "Type",
	} {
		tests = append(tests, form{
			name: "renamed-" + other + ".json", code: "key-member-renamed",
			data: document(with(account, map[string]any{member: nil, other: account[member]})),
		})
	}
	for i := range tests {
		tests[i].name = "other-" + tests[i].name
		tests[i].key = "none"
	}
	return tests
}

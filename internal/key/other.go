package key

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// otherContent returns a fault if text is definitely something other than a key JSON, such as a
// token. It returns nil otherwise. If whole is set, text is the entire content of the document,
// so otherContent also checks for a path, a web page, a truncated key JSON and similar content.
func otherContent(text []byte, whole bool) *fault.Fault {
	trimmed := trimmedText(text)
	if isDER(text) {
		return fault.New("key-json-is-der")
	}
	for _, detect := range []func(string) *fault.Fault{detectPEM, detectSSH, detectJWT} {
		if f := detect(trimmed); f != nil {
			return f
		}
	}
	if !whole {
		return nil
	}
	if f := truncated(text); f != nil {
		return f
	}
	for _, detect := range []func(string) *fault.Fault{
		detectPage, detectReference, detectExpression, detectEncoding, detectOpaqueToken, detectPath, detectYAML,
	} {
		if f := detect(trimmed); f != nil {
			return f
		}
	}
	return nil
}

// trimmedText removes surrounding whitespace and a leading byte order mark from data.
func trimmedText(data []byte) string {
	rest, _, _ := clean(data)
	return string(rest)
}

// detectPEM detects a PEM. The fault describes the content of the PEM.
func detectPEM(text string) *fault.Fault {
	if !strings.HasPrefix(text, pemBegin) {
		return nil
	}
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		block, _ = looseBlock(text)
	}
	if block == nil {
		return fault.New("key-not-pem")
	}
	if _, f := parseBlock(block); f != nil {
		return f
	}
	return fault.New("key-json-is-pem", "steps", []string{})
}

// detectSSH detects SSH key formats other than PEM.
func detectSSH(text string) *fault.Fault {
	if strings.HasPrefix(text, "PuTTY-User-Key-File-") {
		return fault.New("key-is-ssh", "found", "PuTTY")
	}
	for _, kind := range []string{
		"ssh-rsa AAAA", "ssh-ed25519 AAAA", "ecdsa-sha2-nistp256 AAAA", "---- BEGIN SSH2 PUBLIC",
	} {
		if strings.HasPrefix(text, kind) {
			return fault.New("key-is-public")
		}
	}
	return nil
}

// detectPage detects HTML and XML, which servers and proxies may return instead of a file.
func detectPage(text string) *fault.Fault {
	start := strings.ToLower(text[:min(len(text), 64)])
	switch {
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"):
		return fault.New("key-json-is-page", "found", "HTML")
	case strings.HasPrefix(start, "<?xml"):
		return fault.New("key-json-is-page", "found", "XML")
	}
	return nil
}

// detectReference detects text that refers to a secret or stands in for one, such as an address, a
// placeholder or a masked value.
func detectReference(text string) *fault.Fault {
	if strings.ContainsAny(text, "\n") || len(text) > 512 || strings.HasPrefix(text, "${") && strings.Contains(text, "/") {
		return nil
	}
	for _, start := range []string{
		"op://", "arn:aws:", "arn:aws-", "vault:", "vault://", "ref+", "sm://", "gcp:secretmanager:", "aws:secretsmanager:",
		"@Microsoft.KeyVault(", "${", "$(", "{{", "<sensitive>", "(sensitive value)", "***",
		"https://", "http://", "s3://", "gs://",
	} {
		if strings.HasPrefix(text, start) {
			return fault.New("key-json-is-reference")
		}
	}
	if strings.HasPrefix(text, "projects/") && strings.Contains(text, "/secrets/") {
		return fault.New("key-json-is-reference")
	}
	return nil
}

// detectExpression detects a reference to a value or a function call, neither of which is evaluated
// inside a string.
func detectExpression(text string) *fault.Fault {
	if isExpression(text) {
		return fault.New("value-reference")
	}
	return nil
}

// isExpression reports whether text is a reference or a function call, rather than a file name
// such as "data.zitadel.json".
func isExpression(text string) bool {
	return pasted.IsReference(text) && !strings.HasSuffix(text, ".json")
}

// truncated detects JSON whose end is missing. The fault contains the length in bytes, and the line
// and the column of the last character.
func truncated(data []byte) *fault.Fault {
	text, _, _ := clean(data)
	if !bytes.HasPrefix(text, []byte("{")) && !bytes.HasPrefix(text, []byte("[")) &&
		!bytes.HasPrefix(text, []byte(`"{`)) {
		return nil
	}
	var value any
	err := json.Unmarshal(escapeBreaks(text), &value)
	if err == nil || err.Error() != "unexpected end of JSON input" {
		return nil
	}
	all := strings.TrimRightFunc(string(data), unicode.IsSpace)
	line, column := position(all, len(all))
	return fault.New("key-json-truncated", "bytes", len(all), "line", line, "column", column)
}

// position returns the line and the column of the last character before offset, both counted
// from 1.
func position(text string, offset int) (line, column int) {
	before := text[:offset]
	line = 1 + strings.Count(before, "\n")
	return line, max(1, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]))
}

// detectEncoding detects gzip data, and a key JSON in an encoding that no step decodes.
func detectEncoding(text string) *fault.Fault {
	isKey := func(decoded string, err error) bool {
		_, ok := identify(membersOf([]byte(decoded)))
		return err == nil && ok
	}
	fromHex := func() (string, error) {
		data, err := hex.DecodeString(withoutSpace(text))
		return string(data), err
	}
	switch {
	case isKey(url.PathUnescape(text)):
		return fault.New("key-json-is-encoded", "found", "percent")
	case isKey(html.UnescapeString(text), nil):
		return fault.New("key-json-is-encoded", "found", "html")
	case isKey(fromHex()):
		return fault.New("key-json-is-encoded", "found", "hex")
	case strings.HasPrefix(text, "\x1f\x8b\x08"):
		return fault.New("key-json-is-encoded", "found", "gzip")
	}
	return nil
}

// isDER reports whether data is a private key in DER.
func isDER(data []byte) bool {
	if !bytes.HasPrefix(data, []byte{0x30}) {
		return false
	}
	_, pkcs1 := x509.ParsePKCS1PrivateKey(data)
	_, pkcs8 := x509.ParsePKCS8PrivateKey(data)
	return pkcs1 == nil || pkcs8 == nil
}

// detectPath detects a file path, with or without placeholders.
func detectPath(text string) *fault.Fault {
	if len(text) >= 256 || strings.ContainsAny(strings.ReplaceAll(text, "${", ""), "\n{[\"<>") ||
		!strings.HasSuffix(text, ".json") && !strings.ContainsAny(text, `/\`) {
		return nil
	}
	switch {
	case pathPrefix(text) != "":
		return fault.New("key-json-is-path", "start", pathPrefix(text))
	case pasted.HasPlaceholder(text):
		return fault.New("key-json-is-path", "placeholder", true)
	}
	return fault.New("key-json-is-path")
}

// detectYAML detects a YAML document whose top level is a mapping.
func detectYAML(text string) *fault.Fault {
	if parseYAML([]byte(text)) != nil {
		return fault.New("key-json-is-yaml")
	}
	names, nested := 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		name, value, found := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") || line == "---":
		case strings.HasPrefix(line, " ") || strings.HasPrefix(line, "- "):
			nested = true
		case found && isYAMLName(name) && (value == "" || strings.HasPrefix(value, " ")):
			names++
		default:
			return nil
		}
	}
	if names >= 2 && nested {
		return fault.New("key-json-is-yaml")
	}
	return nil
}

// otherObject returns a fault if the members are definitely those of a different known kind of JSON
// object, such as a JWK. It returns nil otherwise.
func otherObject(members map[string]json.RawMessage) *fault.Fault {
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := members[name]; ok {
				return true
			}
		}
		return false
	}
	isText := func(name string) bool { return bytes.HasPrefix(members[name], []byte(`"`)) }
	switch {
	case has("keyId"):
		return nil
	case string(members["type"]) == `"service_account"` && has("client_email", "private_key_id", "token_uri"):
		return fault.New("key-json-is-google")
	case has("clientId", "client_id") && has("clientSecret", "client_secret") &&
		!has("tenantId", "tenant_id", "tenant", "subscriptionId", "key", "private_key"):
		return fault.New("key-json-is-client-secret")
	case isText("access_token"), isText("token") && has("tokenId", "token_id"):
		return fault.New("key-json-is-token")
	case isText("kty") && has("n", "x", "k"):
		return fault.New("key-json-is-jwk")
	}
	return nil
}

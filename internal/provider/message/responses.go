package message

// notZITADEL is the advice for a response that might not come from ZITADEL.
const notZITADEL = "Check that {{.address}} refers to a ZITADEL instance, and that no login page or proxy responds " +
	"at its address."

// responses returns the messages about unexpected responses.
func responses() Section {
	return Section{
		Title: "Unexpected responses",
		Intro: "These messages have one of three causes: a server other than ZITADEL responded, a proxy changed the " +
			"request or the response, or `issuer` is not exactly the URL of the instance.",
		Messages: []Message{
			{
				Code:     "unknown-instance",
				Argument: "issuer",
				Text:     "The server has no instance with this host name.",
				Next: "Set {{.address}} to the instance's own {{if .by_domain}}domain{{else}}URL{{end}}, spelled as in the " +
					"ZITADEL console. An IP address or an alias works only if it is the instance's domain. To reach the " +
					"instance at a different address, also set connect_url to that address.",
				Guide: "Status 404 with `QUERY-1kIjX`. ZITADEL selects the instance by the host name of the " +
					"request. Without `connect_url`, a port-forward to `localhost` does not work either.",
			},
			{
				Code: "host-replaced",
				Text: `The request reached ZITADEL with the host "{{.received}}": a proxy, or a Forwarded or ` +
					`X-Forwarded-Host header, replaced "{{.sent}}".`,
				Next: "Configure the proxy to pass on the original Host header.",
			},
			{
				Code: "public-host-untrusted",
				Text: "An X-Zitadel-Public-Host header, from transport_headers or a proxy, names a host that the " +
					"instance does not trust.",
				Next:  "Remove the header, or add the host to the instance's trusted domains.",
				Guide: "Status 404 with `QUERY-IuGh1`.",
			},
			{
				Code: "other-server",
				Text: "A server other than ZITADEL may have sent this response.",
				Next: notZITADEL,
				Guide: "The response contains none of ZITADEL's own errors. `issuer` may have the wrong port, or be " +
					"the URL of a different web server.",
			},
			{
				Code: "redirect",
				Text: "The response is a redirect{{with .target}} to {{.}}{{end}}. The provider does not follow " +
					"redirects, because it would forward credentials.",
				Next: "Check that {{.address}} refers to the instance itself, that the scheme is correct, and that no login " +
					"page responds at its address.",
				Guide: "Either a gateway in front of the instance redirects to its login page, or `http` is redirected to " +
					"`https`. Set `issuer` to the target of the redirect, or set the gateway's header in " +
					"`transport_headers`.",
			},
			{
				Code:  "response-without-oauth-error",
				Text:  "The response contains no OAuth error{{with .media_type}} (its content type is {{.}}){{end}}.",
				Guide: "A gateway or a firewall may have sent the response, or the host is wrong.",
			},
			{
				Code:  "response-not-json",
				Guide: "The content type indicates what was received instead.",
				Text:  "The response is not a {{.document}}{{with .media_type}} (its content type is {{.}}){{end}}.",
				Next:  notZITADEL,
			},
			{
				Code:  "response-malformed",
				Guide: "See [Malformed documents](#malformed-documents) for the reason.",
				Text:  "The response is not a valid {{.document}}: {{.because}}.",
				Next:  notZITADEL,
			},
			{
				Code: "key-set-unusable",
				Text: "The key set contains no public key that can be used.",
				Next: notZITADEL,
			},
			{
				Code:     "issuer-mismatch",
				Argument: "issuer",
				Text: `The discovery document declares issuer "{{.declared}}", but the provider is configured with ` +
					`"{{.configured}}".`,
				Next: "If the declared issuer is the right instance, {{if .by_domain}}change {{.domain_setting}}, " +
					"{{.port_setting}} and {{.insecure_setting}} accordingly{{else}}set {{.address}} to it{{end}}. If only " +
					"the scheme or port differs, configure the proxy in front of the instance to pass on Host and X-Forwarded-Proto.",
				Guide: "Without these headers, an instance behind a proxy declares an `http://` URL or an internal " +
					"port. ZITADEL rejects assertions for any issuer but its own.",
			},
			{
				Code: "endpoint-origin",
				Text: `The discovery document declares the {{.member}} "{{.url}}", which does not belong to the ` +
					"issuer {{.issuer}}. The provider sends no request to this URL.",
				Next: notZITADEL,
				Guide: "If the provider used this document, it would send credentials to a different host. ZITADEL's " +
					"discovery document contains only URLs of the issuer.",
			},
			{
				Code: "endpoint-missing",
				Text: "The discovery document contains no {{.member}}.",
				Next: checkIssuer,
			},
			{
				Code: "introspection-unavailable",
				Text: "The discovery document of this instance declares no introspection endpoint.",
				Next: "Verify the token with zitadel_token_verification instead, if it is a JWT.",
				Guide: "An instance whose access tokens are JWTs with a short lifetime needs no introspection, and " +
					"a gateway may hide the endpoint. Verification requires no credentials, but does not detect " +
					"that a token was revoked or that its user was deactivated: the token is valid until it " +
					"expires.",
			},
			{
				Code: "revocation-unavailable",
				Text: "The discovery document of this instance declares no revocation endpoint. The token was not " +
					"requested, because it could not be revoked.",
				Next: "Remove revoke_with. The token then expires at expires_at. To shorten its lifetime, change the " +
					"access token lifetime in ZITADEL.",
				Guide: "An instance whose access tokens are JWTs with a short lifetime needs no revocation, and a " +
					"gateway may hide the endpoint.",
			},
		},
	}
}

// documents returns the messages about JSON documents.
func documents() Section {
	return Section{
		Title: "Malformed documents",
		Intro: "These texts are parts of other messages. They describe why a response, a token or a key cannot be " +
			"parsed, and never contain its values. If the document is a response, check that `issuer` is the URL of " +
			"a ZITADEL instance, and that no proxy changes its responses. If the document is a token, the token was " +
			"truncated or changed.",
		Messages: []Message{
			{Code: "json-invalid", Text: "The document is not valid JSON."},
			{Code: "json-not-utf8", Text: "The document is not encoded in UTF-8."},
			{Code: "json-not-object", Text: "The document is not a JSON object."},
			{Code: "json-too-deep", Text: "The document is nested more than {{.depth}} levels deep."},
			{Code: "json-number-out-of-range", Text: "The document contains a number that is out of range."},
			{
				Code: "member-duplicate", Text: `Member "{{.member}}" appears twice.`,
				Guide: "The document is ambiguous, because some programs read the first of these members and others the last.",
			},
			{
				Code: "member-confusable", Text: `Member "{{.member}}" can be mistaken for "{{.other}}".`,
				Guide: "Some programs ignore letter case, and would read a different value than this provider.",
			},
			{Code: "member-ambiguous", Text: `Member "{{.member}}" is ambiguous: {{.because}}.`},
			{Code: "member-missing", Text: `Member "{{.member}}" is missing.`},
			{Code: "member-type", Text: `Member "{{.member}}" is {{.found}}; expected {{.expected}}.`},
			{Code: "member-element-type", Text: `Member "{{.member}}" contains {{.found}}; expected {{.expected}}.`},
			{Code: "member-out-of-range", Text: `Member "{{.member}}" is out of range.`},
			{
				Code: "member-not-printable",
				Text: `Member "{{.member}}" contains a character that is not allowed in a token, such as a space.`,
			},
			{Code: "member-not-time", Text: `Member "{{.member}}" is not a time.`},
			{Code: "member-undecodable", Text: `Member "{{.member}}" cannot be decoded.`},
		},
	}
}

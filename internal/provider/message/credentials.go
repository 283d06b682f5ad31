package message

// credentials returns the messages about the credentials of the provider or a block.
func credentials() Section {
	return Section{
		Title: "Credentials",
		Intro: "The provider detected these errors itself, and sent no request. If ZITADEL rejected a request, see " +
			"[Rejected credentials](#rejected-credentials).",
		Messages: []Message{
			{
				Code:    "credentials-missing",
				Summary: "Incomplete provider configuration: credentials",
				Text:    "No credentials are configured." + emptyVariables + aliasOnly,
				Next: "In the provider block, in the environment, or in the credentials of this block, set key_file, key_json, " +
					"assertion, or client_id with client_secret" + useAlias + ".",
			},
			{
				Code: "credentials-combined",
				Text: "{{.arguments}} may not be combined.",
				Next: "Remove all but one of them.",
			},
			{
				Code: "credentials-empty",
				Text: "The object is empty.",
				Next: "Set one of {{.forms}}, or remove {{.argument}}.",
				Guide: "An empty object would override the provider's credentials without replacing them. Omit the " +
					"object, or set it to `null`.",
			},
			{
				Code:     "client-id-without-secret",
				Text:     "{{.client_id_setting}} is set without a client secret." + emptyVariables,
				Next:     "Set client_secret, too. For client_id in the provider block, ZITADEL_CLIENT_SECRET can contain it.",
				Variable: "Set ZITADEL_CLIENT_SECRET, too.",
			},
			{
				Code: "client-secret-without-id",
				Text: "client_secret is set without client_id.",
				Next: "Set both client_id and client_secret.",
			},
			{
				Code: "credential-line-break",
				Text: "The value contains a line break.",
				Next: removeOrTrim,
				Guide: "The value is a client ID, a client secret or an assertion. Most editors end a file with a " +
					"line break, which `trimspace(file(...))` removes.",
			},
			{
				Code:     "key-file-not-path",
				Text:     "The value does not look like a path, and no file has this name.",
				Next:     "Set key_file to the path of a key file. If the value is a secret, use the argument for it instead.",
				Variable: "Set {{.variable}} to the path of a key file. If the value is a secret, use the variable for it instead.",
				Guide: "A path contains a separator, or a file name with an extension. The message does not contain the " +
					"value, because it may be a client secret.",
			},
			{
				Code: "application-key-for-token",
				Text: "An application key cannot request tokens.",
				Next: `Use a service account key (type "serviceaccount"), in the provider block or in the block's ` +
					"credentials. Application keys are for zitadel_introspection.",
				Variable: `Use a service account key (type "serviceaccount"), in {{.variable}} or in the block's ` +
					"credentials. Application keys are for zitadel_introspection.",
			},
			{
				Code: "service-account-key-for-introspection",
				Text: "A service account key cannot introspect tokens.",
				Next: `Use the key of an API application (type "application"), in the provider block or in the ` +
					"block's credentials. The application must be in the project that the token is for. Service account " +
					"keys are for zitadel_access_token.",
				Variable: `Use the key of an API application (type "application"), in {{.variable}} or in the ` +
					"block's credentials. The application must be in the project that the token is for. Service account " +
					"keys are for zitadel_access_token.",
			},
			{
				Code: "service-account-key-for-exchange",
				Text: "A service account key cannot exchange tokens.",
				Next: `Use the key of an OIDC application (type "application"), in the provider block or in ` +
					"the block's credentials.",
				Variable: `Use the key of an OIDC application (type "application"), in {{.variable}} or in the block's ` +
					"credentials.",
			},
			{
				Code: "service-account-key-for-revocation",
				Text: "A service account key cannot revoke tokens.",
				Next: `Set revoke_with to the key of an OIDC application (type "application").`,
			},
			{
				Code: "key-required-to-sign",
				Text: "Only a key can sign an assertion.",
				Next: "Set key_file or key_json, in the provider block or in the block's credentials. You do " +
					"not need this block for a client ID and secret, or for an assertion that is already signed.",
				Variable: "Use a key, in ZITADEL_KEY_FILE or ZITADEL_KEY_JSON instead of {{.variable}}, or in the block's " +
					"credentials. You do not need this block for a client ID and secret, or for an assertion that is " +
					"already signed.",
			},
			{
				Code:    "key-missing",
				Summary: "Unable to read key",
				Text:    "No key is configured." + emptyVariables + aliasOnly,
				Next: "Set key_file or key_json, in this block or in the provider block, or set ZITADEL_KEY_FILE or " +
					"ZITADEL_KEY_JSON" + useAlias + ".",
			},
		},
	}
}

package key_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
)

// object returns a JSON object with a single member.
func object(name string, value any) []byte { return document(map[string]any{name: value}) }

// memberForms returns the files in testdata/forms in which the key JSON is part of a larger document,
// and those with several key JSONs or without a private key.
func memberForms(account map[string]any, good, goodApp []byte) []form {
	text, encoded := string(good), string(std(good))
	secretV1 := map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": map[string]any{"name": "zitadel"},
		"data": map[string]any{"key.json": encoded, "issuer": string(std([]byte("https://z.example")))},
	}
	applied := string(document(secretV1))
	output := func(value, kind any) map[string]any {
		return map[string]any{"sensitive": true, "type": kind, "value": value}
	}
	attributes := map[string]any{}
	for name := range account {
		attributes[name] = "string"
	}
	vault := func(data any) []byte {
		return document(map[string]any{
			"request_id": "0d3b1c3a", "lease_id": "", "lease_duration": 2764800, "renewable": false,
			"data": data, "warnings": nil, "mount_type": "kv",
		})
	}
	metadata := map[string]any{"created_time": "2030-01-31T00:00:00Z", "version": 3}
	tests := []form{
		{
			name:  "output-all",
			data:  object("zitadel_key", output(text, "string")),
			steps: "json member:zitadel_key member:value",
		},
		{
			name: "output-all-others",
			data: document(
				map[string]any{"a": output("https://z.example", "string"), "key": output(text, "string"), "n": output(3, "number")},
			),
			steps: "json member:key member:value",
		},
		{
			name:  "output-all-object",
			data:  object("zitadel-key", output(account, []any{"object", attributes})),
			steps: "json member:zitadel-key member:value encode",
		},
		{name: "vault-kv1-text", data: vault(map[string]any{"key_json": text}), steps: "json member:data member:key_json"},
		{name: "vault-kv1-object", data: vault(account), steps: "json member:data encode"},
		{
			name:  "vault-kv2-text",
			data:  vault(map[string]any{"data": map[string]any{"key_json": text}, "metadata": metadata}),
			steps: "json member:data member:data member:key_json",
		},
		{
			name:  "vault-kv2-object",
			data:  vault(map[string]any{"data": account, "metadata": metadata}),
			steps: "json member:data member:data encode",
		},
		{
			name:  "vault-kv2-base64",
			data:  vault(map[string]any{"data": map[string]any{"key": encoded}, "metadata": metadata}),
			steps: "json member:data member:data member:key base64",
		},
		{
			name:  "vault-data-only",
			data:  document(map[string]any{"data": account, "metadata": metadata}),
			steps: "json member:data encode",
		},
		{
			name: "aws-secret-string",
			data: document(map[string]any{
				"ARN": "arn:aws:secretsmanager:eu-central-1:1:secret:z", "Name": "z", "VersionId": "1", "SecretString": text,
				"VersionStages": []string{"AWSCURRENT"}, "CreatedDate": 1.7e9,
			}),
			steps: "json member:SecretString",
		},
		{
			name: "aws-secret-string-member", data: object("SecretString", string(object("zitadel", text))),
			steps: "json member:SecretString json member:zitadel",
		},
		{
			name: "aws-secret-string-object", data: object("SecretString", string(document(map[string]any{"zitadel": account}))),
			steps: "json member:SecretString json member:zitadel encode",
		},
		{name: "aws-secret-binary", data: object("SecretBinary", encoded), steps: "json member:SecretBinary base64"},
		{
			name:  "aws-parameter",
			data:  object("Parameter", map[string]any{"Name": "/z", "Type": "SecureString", "Value": text}),
			steps: "json member:Parameter member:Value",
		},
		{
			name: "gcp-payload",
			data: document(map[string]any{
				"name":    "projects/1/secrets/z/versions/1",
				"payload": map[string]any{"data": encoded, "dataCrc32c": "1"},
			}),
			steps: "json member:payload member:data base64",
		},
		{
			name:  "gcp-payload-url-alphabet",
			data:  object("payload", map[string]any{"data": string(url(append(slices.Clone(good), padTo(good)...)))}),
			steps: "json member:payload member:data pad: base64",
		},
		{
			name: "azure-key-vault",
			data: document(map[string]any{
				"id": "https://v.vault.azure.net/secrets/z/1", "value": text, "contentType": "application/json",
				"attributes": map[string]any{"enabled": true},
			}),
			steps: "json member:value",
		},
		{
			name: "onepassword-item",
			data: document(map[string]any{"id": "a", "title": "ZITADEL", "fields": []any{
				map[string]any{"id": "username", "type": "STRING", "label": "username"},
				map[string]any{"id": "notesPlain", "type": "STRING", "value": text},
			}}),
			steps: "json member:fields element:1 member:value",
		},
		{
			name: "onepassword-field", data: document(map[string]any{"id": "credential", "type": "CONCEALED", "value": text}),
			steps: "json member:value",
		},
		{
			name: "onepassword-fields", data: toJSON([]any{
				map[string]any{"id": "username", "value": "ci"}, map[string]any{"id": "password", "value": encoded},
			}),
			steps: "json element:1 member:value base64",
		},
		{name: "kubernetes-secret", data: document(secretV1), steps: "json member:data member:key.json base64"},
		{
			name: "kubernetes-secret-applied",
			data: document(with(secretV1, map[string]any{"metadata": map[string]any{"annotations": map[string]any{
				"kubectl.kubernetes.io/last-applied-configuration": applied,
			}}})),
			steps: "json member:data member:key.json base64",
		},
		{
			name:  "kubernetes-secret-string-data",
			data:  document(with(secretV1, map[string]any{"data": nil, "stringData": map[string]any{"key.json": text}})),
			steps: "json member:stringData member:key.json",
		},
		{
			name: "kubernetes-secret-list", data: document(map[string]any{"kind": "List", "items": []any{secretV1}}),
			steps: "json member:items element:0 member:data member:key.json base64",
		},
		{
			name:  "kubernetes-secret-base64-twice",
			data:  document(with(secretV1, map[string]any{"data": map[string]any{"key.json": string(std(std(good)))}})),
			steps: "json member:data member:key.json base64 base64",
		},
		{
			name:  "bitwarden",
			data:  document(map[string]any{"object": "item", "notes": text, "login": nil}),
			steps: "json member:notes",
		},
		{
			name:  "doppler",
			data:  object("ZITADEL_KEY_JSON", map[string]any{"computed": text, "note": ""}),
			steps: "json member:ZITADEL_KEY_JSON member:computed",
		},
		{
			name:  "github-variable",
			data:  document(map[string]any{"name": "KEY", "value": encoded}),
			steps: "json member:value base64",
		},
		{
			name:  "machine-key-resource",
			data:  document(map[string]any{"id": "1", "key_details": text, "key_type": "KEY_TYPE_JSON", "user_id": "2"}),
			steps: "json member:key_details",
		},
		{
			name: "state",
			data: document(map[string]any{"version": 4, "resources": []any{map[string]any{
				"mode": "managed", "instances": []any{map[string]any{"attributes": map[string]any{"key_details": text}}},
			}}}),
			steps: "json member:resources element:0 member:instances element:0 member:attributes member:key_details",
		},
		{
			name: "zitadel-api-v1",
			data: document(map[string]any{
				"keyId": account["keyId"], "keyDetails": encoded, "details": map[string]any{"sequence": "1", "resourceOwner": "3"},
			}),
			steps: "json member:keyDetails base64",
		},
		{
			name: "zitadel-api-v1-application",
			data: document(
				map[string]any{"id": "1", "keyDetails": string(std(goodApp))},
			), steps: "json member:keyDetails base64",
			key: "application",
		},
		{
			name: "zitadel-api-v2",
			data: document(map[string]any{
				"keyId": account["keyId"], "keyContent": encoded, "creationDate": "2030-01-31T00:00:00Z",
			}),
			steps: "json member:keyContent base64",
		},
		{
			name: "zitadel-api-v2-text", data: document(map[string]any{"keyId": account["keyId"], "keyContent": text}),
			steps: "json member:keyContent",
		},
		{name: "array", data: toJSON([]any{account}), steps: "json element:0 encode"},
		{name: "array-of-texts", data: toJSON([]any{text}), steps: "json element:0"},
		{name: "object", data: object("key", account), steps: "json member:key encode"},
		{name: "object-text", data: object("key", text), steps: "json member:key"},
		{name: "object-application", data: object("app", string(goodApp)), steps: "json member:app", key: "application"},
		{name: "name-with-dash", data: object("zitadel-key", text), steps: "json member:zitadel-key"},
		{name: "name-with-interpolation", data: object("${a}%{b}\"\\", text), steps: `json member:${a}%{b}"\`},
		{name: "object-base64", data: object("blob", encoded), steps: "json member:blob base64"},
		{name: "object-in-base64", data: std(object("blob", text)), steps: "base64 json member:blob"},
		{name: "object-in-json-string", data: quoted(object("blob", account)), steps: "json json member:blob encode"},
		{
			name:  "object-utf16",
			data:  object("blob", string(std(toUTF16(good, binary.LittleEndian, true)))),
			steps: "json member:blob base64 utf-16le",
		},
		{
			name:  "object-in-utf16",
			data:  toUTF16(object("blob", text), binary.LittleEndian, true),
			steps: "utf-16le bom json member:blob",
		},
		{name: "object-mark", data: append([]byte("\ufeff"), object("blob", text)...), steps: "bom json member:blob"},
		{
			name: "object-blanks-before-mark", data: append([]byte("\n\ufeff"), object("blob", text)...),
			steps: "trim-space bom json member:blob",
		},
		{
			name:  "object-raw-breaks",
			data:  bytes.Replace(object("blob", "KEY"), []byte(`"KEY"`), raw(account, pkcs1(rsa2048())), 1),
			steps: "join json member:blob encode",
		},
		{
			name: "yaml", steps: "yaml encode",
			data: []byte(
				"type: serviceaccount\nkeyId: \"" + account["keyId"].(string) + "\"\nuserId: '" + account["userId"].(string) +
					"'\nkey: |\n  " + strings.ReplaceAll(strings.TrimSpace(pkcs1(rsa2048())), "\n", "\n  ") + "\n",
			),
		},
		{
			name: "yaml-secret", steps: "yaml member:data member:key.json base64",
			data: []byte(
				"# zitadel\napiVersion: v1\nkind: Secret\nmetadata:\n  name: zitadel\ndata:\n  key.json: " + encoded + "\n",
			),
		},
		{
			name: "yaml-string-data", steps: "yaml member:stringData member:key.json",
			data: []byte("apiVersion: v1\nkind: Secret\nstringData:\n  key.json: |\n    " + text + "\ntype: Opaque\n"),
		},
	}
	for i := range tests {
		tests[i].name, tests[i].code = "member-"+tests[i].name+".txt", "key-json-wrapped"
	}
	return append(tests,
		form{
			name: "several-outputs.txt", code: "key-json-several", steps: "json member:api member:value",
			data: document(map[string]any{"api": output(string(goodApp), "string"), "ci": output(text, "string")}),
		},
		form{
			name: "several-in-array.txt", code: "key-json-several", steps: "json element:0 encode",
			data: []byte("[" + text + "," + string(goodApp) + "]"),
		},
		form{
			name: "key-in-base64.json", code: "key-member-encoded", steps: "json member:key base64",
			data: document(with(account, map[string]any{"key": string(std([]byte(account["key"].(string))))})),
		},
		form{
			name: "key-as-json-string.json", code: "key-member-encoded", steps: "json member:key json",
			data: document(with(account, map[string]any{"key": string(quoted([]byte(account["key"].(string))))})),
		},
		form{
			name: "without-key.json", code: "key-json-without-key",
			data: document(with(account, map[string]any{"key": nil})),
		},
		form{
			name: "without-key-empty.json", code: "key-json-without-key",
			data: document(with(account, map[string]any{"key": ""})),
		},
		form{
			name: "without-key-application.json", code: "key-json-without-key", key: "application",
			data: document(with(mustMembers(goodApp), map[string]any{"key": nil})),
		},
		form{
			name: "without-key-zitadel-api-v1.json", code: "key-json-without-key", steps: "json member:keyDetails base64",
			data: document(
				map[string]any{"keyId": "1", "keyDetails": string(std(document(with(account, map[string]any{"key": nil}))))},
			),
		},
		form{
			name: "without-key-vault.json", code: "key-json-without-key", steps: "json member:data encode",
			data: document(map[string]any{"data": with(account, map[string]any{"key": nil})}),
		},
	)
}

func toJSON(value any) []byte { return must(json.Marshal(value)) }

func mustMembers(data []byte) (members map[string]any) {
	if err := json.Unmarshal(data, &members); err != nil {
		panic(err)
	}
	return members
}

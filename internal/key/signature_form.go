package key

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/object"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

// otherForm returns the fault for text that is not base64. If text contains a signature in a
// different form, the code of the fault identifies the form, and the steps of the fault extract the
// signature. The fault has no steps if steps alone cannot extract it.
func otherForm(text, signingInput string) error {
	around, inner := pasted.Around(strings.TrimSpace(text))
	switch {
	case isJSON(inner):
		return jsonFault(text, inner)
	case pasted.HasPlaceholder(inner):
		return fault.New("value-placeholder")
	case around.Kind != pasted.None:
		_, err := DecodeSignature(inner, signingInput)
		return within(surplusFault(text, around, inner), err)
	}
	inside, _ := pasted.Inside(inner)
	compact, steps := pasted.Compact(inner)
	isCompact, isPlus := hasUsualSize(compact), hasUsualSize(strings.ReplaceAll(inner, " ", "+"))
	switch {
	case strings.Contains(inner, "%") && hasUsualSize(decodePercent(inner)):
		return fault.New("signature-percent-encoded", "steps", []string{pasted.StepPercent})
	case isCompact && !isPlus:
		return fault.New("value-whitespace", "character", inside.Character, "steps", steps)
	case isPlus && !isCompact:
		return fault.New("signature-plus-decoded", "steps", plusSteps(text))
	}
	return fault.New("signature-not-base64")
}

// hasUsualSize reports whether text is base64 that decodes to the size of an RSA signature, and
// whether this size is a multiple of 256 bits, as it is for usual keys. If the characters of a
// signature were restored incorrectly, the result can still be base64, but its size is different.
func hasUsualSize(text string) bool {
	const usual = 256 / 8
	_, encoded := cutVaultPrefix(text)
	signature, err := object.DecodeBase64(encoded)
	return err == nil && len(signature) >= minBits/8 && len(signature) <= maxBits/8 && len(signature)%usual == 0
}

// decodePercent decodes the base64 characters that are percent-encoded in URLs.
func decodePercent(text string) string {
	return strings.NewReplacer("%2B", "+", "%2b", "+", "%2F", "/", "%2f", "/", "%3D", "=", "%3d", "=").Replace(text)
}

// plusSteps returns the steps that replace the spaces inside text with plus signs.
func plusSteps(text string) (steps []string) {
	if strings.TrimSpace(text) != text {
		steps = append(steps, pasted.StepTrimSpace)
	}
	return append(steps, pasted.StepPlus)
}

// signatureMembers returns where common JSON documents contain a signature. Each element lists the
// names of the members that lead to it, outermost first.
func signatureMembers() [][]string {
	return [][]string{
		{"Signature"},          // AWS KMS
		{"signature"},          // Google Cloud KMS, and the Azure Key Vault command line
		{"data", "signature"},  // Vault
		{"signature", "value"}, // all outputs of a configuration
		{"value"},              // the Azure Key Vault API, or one output of a configuration
		{"result"},             // other Azure Key Vault operations
	}
}

// jsonFault returns the fault for a JSON document. If a member contains a signature, the fault names
// the member. inner is text without the characters around the document.
func jsonFault(text, inner string) error {
	before := pasted.Steps(text, inner)
	isReachable := before != nil
	if json.Valid([]byte(text)) {
		before, isReachable = nil, true
	}
	for _, names := range signatureMembers() {
		raw, steps := json.RawMessage(inner), extend(before, pasted.StepJSON)
		for _, name := range names {
			var members map[string]json.RawMessage
			_ = json.Unmarshal(raw, &members) // members stays nil if raw is not an object
			raw, steps = members[name], extend(steps, pasted.StepMember+name)
		}
		var signature string
		if json.Unmarshal(raw, &signature) != nil || signature == "" {
			continue
		}
		if !isReachable {
			steps = nil
		}
		return fault.New("signature-is-json", "member", strings.Join(names, "."), "steps", steps)
	}
	return fault.New("signature-is-json")
}

// isText reports whether data consists of printable ASCII and whitespace. The bytes of an RSA
// signature look random, so they are hardly ever text.
func isText(data []byte) bool {
	return !slices.ContainsFunc(data, func(b byte) bool {
		return (b < ' ' || b > '~') && !strings.ContainsRune("\t\n\r", rune(b))
	})
}

// textFault returns the fault for base64 that decodes to printable text instead of a signature.
// decoded is that printable text. If it is a signature in base64, the steps of the fault remove the
// additional encoding.
func textFault(text, decoded, signingInput string) error {
	prefix, encoded := cutVaultPrefix(text)
	_, decode, _ := inBase64([]byte(encoded))
	var steps []string
	if strings.TrimSpace(text) != text {
		steps = append(steps, pasted.StepTrimSpace)
	}
	if prefix != "" {
		steps = append(steps, pasted.StepPrefix+prefix)
	}
	steps = append(steps, decode...)
	_, err := DecodeSignature(decoded, signingInput)
	switch {
	case fault.Is(err, "signature-hexadecimal"):
		return fault.New("signature-hexadecimal", "encoded", true)
	case fault.Is(err, "signature-encoded-twice"):
		more, _ := fault.All(err)[0].Values["steps"].([]string)
		steps = append(steps, more...)
	case err != nil:
		return fault.New("signature-is-text")
	}
	return fault.New("signature-encoded-twice", "steps", steps)
}

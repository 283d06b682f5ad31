package token

import "github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"

// Failure is one reason to reject a token.
type Failure struct {
	// Code is one of the constants below.
	Code string
	// Reason describes the failure to users.
	Reason *fault.Fault
}

// The codes of failures.
const (
	Inactive            = "inactive"
	OpaqueToken         = "opaque_token"
	Malformed           = "malformed"
	AlgorithmNotAllowed = "algorithm_not_allowed"
	UnknownKey          = "unknown_key"
	BadSignature        = "bad_signature"
	WrongIssuer         = "wrong_issuer"
	Expired             = "expired"
	NotYetValid         = "not_yet_valid"
	NotAccessToken      = "not_access_token"
	MissingAudience     = "missing_audience"
	MissingScope        = "missing_scope"
	MissingRole         = "missing_role"
	Impersonated        = "impersonated"
)

// failure returns a failure with the given code. The reason is a fault with its own code and values,
// as in [fault.New].
func failure(code, reason string, values ...any) *Failure {
	return &Failure{Code: code, Reason: fault.New(reason, values...)}
}

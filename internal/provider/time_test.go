package provider_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/key"
)

// assertion_signing_input must accept all RFC 3339 times except leap seconds, and except times for which a
// time in the assertion would be before 1970 or after 9999. It must accept nothing else.
func TestSigningTime(t *testing.T) {
	t.Parallel()
	const leapSecond, invalid, outside = "[time-leap-second]", "[time-invalid]", "[time-out-of-range]"
	for text, code := range map[string]string{
		"2030-01-31T12:00:00Z":            "",
		"2030-01-31t12:00:00z":            "",
		"2030-01-31T12:00:00.5Z":          "",
		"2030-01-31T12:00:00.123456789Z":  "",
		"2030-01-31T12:00:00+00:00":       "",
		"2030-01-31T12:00:00-00:00":       "",
		"2030-01-31T12:00:00+23:59":       "",
		"2032-02-29T23:59:59-23:59":       "",
		"1970-01-01T00:00:05Z":            "",
		"9999-12-31T22:59:59Z":            "",
		"1970-01-01T00:00:04Z":            outside,
		"1969-12-31T23:59:59Z":            outside,
		"0000-01-01T00:00:00Z":            outside,
		"9999-12-31T23:00:05Z":            outside,
		"9999-12-31T23:59:59Z":            outside,
		"9999-12-31T23:59:59-23:59":       outside,
		"2016-12-31T23:59:60Z":            leapSecond,
		"2016-12-31t23:59:60.5z":          leapSecond,
		"2017-01-01T08:59:60+09:00":       leapSecond,
		"2016-12-32T23:59:60Z":            invalid,
		"2030-01-31T12:00:00,5Z":          invalid,
		"2030-01-31T12:00:00+24:00":       invalid,
		"2030-01-31T12:00:00+12:60":       invalid,
		"2030-01-31T12:00:00+1200":        invalid,
		"2030-01-31T12:00:00":             invalid,
		"2030-01-31T12:00:61Z":            invalid,
		"2030-01-31T12:60:00Z":            invalid,
		"2030-01-31T24:00:00Z":            invalid,
		"2030-01-31T12:00:00.Z":           invalid,
		"2030-01-31T2:00:00Z":             invalid,
		"2030-02-29T12:00:00Z":            invalid,
		"2030-13-01T12:00:00Z":            invalid,
		"2030-01-31 12:00:00Z":            invalid,
		"12030-01-31T12:00:00Z":           invalid,
		"2030-01-31":                      invalid,
		"1896091200":                      invalid,
		"":                                invalid,
		"Thu, 31 Jan 2030 12:00:00 +0000": invalid,
	} {
		arguments := signingArguments()
		arguments[3] = text
		input, problem := callFunction(t, "assertion_signing_input", arguments...)
		switch {
		case code == "" && problem != nil:
			t.Errorf("%q: got %s, want no error", text, problem.Text)
		case code != "" && (problem == nil || !strings.HasSuffix(problem.Text, code) || *problem.FunctionArgument != 3):
			t.Errorf("%q: got %+v, want %s", text, problem, code)
		case code == "":
			assertion := fmt.Sprint(input) + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 256))
			if _, err := key.ParseAssertion(key.NewSecret(assertion)); err != nil {
				t.Errorf("%q: the assertion is rejected: %v", text, err)
			}
		}
	}
}

package provider_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/acctest"
	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/provider"
)

// FuzzDecodedClaims passes claims to decode_jwt through the plugin protocol. Either the result must
// contain all claims, or there must be an error that refers to the argument.
func FuzzDecodedClaims(f *testing.F) {
	recordings, err := os.ReadFile("../optest/testdata/recordings.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for line := range bytes.Lines(recordings) {
		var exchange struct{ Response struct{ JSON any } }
		if err := json.Unmarshal(line, &exchange); err != nil {
			f.Fatal(err)
		}
		if claims := recordedClaims(exchange.Response.JSON); claims != nil {
			f.Add(claims)
		}
	}
	for _, claims := range []string{
		`{}`, `{"":[[],{},null,[null,{"":0}]]}`, `{"n":-0.0}`, `{"n":1e308}`, `{"n":1e309}`, `{"n":1e-999999999}`,
		`{"n":0e999999999}`, `{"n":5e-324}`, `{"n":12345678901234567890.000000000000000000001}`,
		`{"e\u0301":"e\u0301","\u0000":"\ud800"}`, `{"a":` + strings.Repeat(`{"b":[`, 63) + strings.Repeat(`]}`, 63) + `}`,
	} {
		f.Add([]byte(claims))
	}
	server := provider.NewServer("test")()
	f.Fuzz(func(t *testing.T, claims []byte) {
		argument, err := tfprotov6.NewDynamicValue(
			tftypes.String,
			tftypes.NewValue(tftypes.String, acctest.UnsignedJWT(`{"alg":"RS256"}`, string(claims))),
		)
		if err != nil {
			t.Fatal(err)
		}
		done, err := server.CallFunction(
			t.Context(),
			&tfprotov6.CallFunctionRequest{Name: "decode_jwt", Arguments: []*tfprotov6.DynamicValue{&argument}},
		)
		if err != nil {
			t.Fatal(err)
		}
		if e := done.Error; e != nil {
			if e.FunctionArgument == nil || *e.FunctionArgument != 0 || len(e.Text) > 1000 ||
				strings.ContainsFunc(e.Text, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("got %q, want a short and printable error about argument 0", e.Text)
			}
			return
		}
		result, err := done.Result.Unmarshal(tftypes.DynamicPseudoType)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]tftypes.Value
		if err := result.As(&members); err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(claims))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		checkEqual(t, members["claims"], want)
	})
}

// recordedClaims returns the claims of the JWT in a recorded response, or nil if the response
// contains no JWT.
func recordedClaims(response any) []byte {
	members, _ := response.(map[string]any)
	token, _ := members["access_token"].(map[string]any)
	jwt, _ := token["jwt"].(map[string]any)
	claims, err := json.Marshal(jwt["claims"])
	if err != nil || jwt == nil {
		return nil
	}
	return claims
}

// checkEqual reports an error unless a Terraform value equals a decoded JSON value.
func checkEqual(t *testing.T, got tftypes.Value, want any) {
	t.Helper()
	var err error
	same := true
	switch want := want.(type) {
	case nil:
		same = got.IsNull()
	case bool:
		var value bool
		err = got.As(&value)
		same = value == want
	case string:
		var value string
		err = got.As(&value)
		same = value == want
	case json.Number:
		same = isClose(t, got, want.String())
	case []any:
		var values []tftypes.Value
		if err = got.As(&values); len(values) == len(want) {
			for i := range want {
				checkEqual(t, values[i], want[i])
			}
		}
		same = len(values) == len(want)
	case map[string]any:
		var values map[string]tftypes.Value
		err = got.As(&values)
		for name, member := range want {
			checkEqual(t, values[name], member)
		}
		same = len(values) == len(want)
	}
	if err != nil || !same {
		t.Errorf("got %s, want %v: %v", got, want, err)
	}
}

// isClose reports whether a Terraform number equals the number in text, up to a relative error of
// 2^-500. It ends the test if printing the Terraform number takes more than 2000 characters.
func isClose(t *testing.T, got tftypes.Value, text string) bool {
	t.Helper()
	var value big.Float
	if err := got.As(&value); err != nil || len(value.Text('f', -1)) > 2000 {
		t.Fatalf("%s: %v", text, err)
	}
	if value.Sign() == 0 {
		mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
		return !strings.ContainsAny(mantissa, "123456789")
	}
	exact, ok := new(big.Rat).SetString(text)
	rounded, _ := value.Rat(nil)
	if !ok || rounded == nil {
		return false
	}
	off := new(big.Rat).Quo(new(big.Rat).Sub(exact, rounded), exact)
	return off.Abs(off).Cmp(new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 500))) < 0
}

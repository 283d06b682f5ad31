package provider

import (
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/fault"
)

// maxDuration is the longest duration that [time.Duration] can represent.
const maxDuration = time.Duration(math.MaxInt64)

// durationBetween validates that a string is a Go duration between least and most,
// inclusive.
func durationBetween(least, most time.Duration) validator.String {
	return valid(func(text string) error {
		_, err := parseDuration(text, least, most)
		return err
	})
}

// parseDuration parses a Go duration. It returns a fault unless the duration is between least and
// most, inclusive.
func parseDuration(text string, least, most time.Duration) (time.Duration, error) {
	d, err := parse(text, time.ParseDuration, "duration-invalid")
	switch {
	case err != nil:
		return 0, err
	case d < least:
		return 0, fault.New("duration-too-short", "least", least)
	case d > most:
		return 0, fault.New("duration-too-long", "most", most)
	}
	return d, nil
}

// duration returns the duration in a validated argument, or fallback if the argument is null.
func duration(value types.String, fallback time.Duration) time.Duration {
	if value.IsNull() {
		return fallback
	}
	d, err := time.ParseDuration(value.ValueString())
	if err != nil {
		return fallback
	}
	return d
}

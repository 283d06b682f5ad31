package key

import "slices"

const (
	maxMemberName = 63 // maximum length of a name or prefix in a step, in bytes
	longestPart   = 16 // minimum length of a member name that is not shown if the private key contains it
)

// extend returns steps with other steps appended. It does not write to the array behind steps, which
// other slices can share.
func extend(steps []string, others ...string) []string { return append(slices.Clip(steps), others...) }

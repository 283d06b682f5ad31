package key

import "slices"

const (
	maxMemberName = 63 // maximum length of a name in a step, in bytes
	longestPart   = 16 // a member name of this length or longer is not shown if the private key contains it
)

// extend returns steps followed by more. It does not change the array of steps, which other lists
// may share.
func extend(steps []string, more ...string) []string { return append(slices.Clip(steps), more...) }

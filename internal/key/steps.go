package key

import (
	"slices"
	"strconv"

	"github.com/zitadel-tokens/terraform-provider-zitadel/internal/pasted"
)

const (
	maxMemberName = 63 // maximum length of a name in a step, in bytes
	longestPart   = 16 // a member name of this length or longer is not shown if the private key contains it
)

// path is a list of steps. Its methods return extended copies.
type path []string

func (p path) add(steps ...string) path { return append(slices.Clip(p), steps...) }

func (p path) element(i int) path { return p.add(pasted.StepElement + strconv.Itoa(i)) }

func (p path) member(name string) path { return p.add(pasted.StepMember + name) }

package key

// Holder returns the kind of subject that a key of type t belongs to: "service account" or
// "application".
func (t Type) Holder() string {
	if t == ServiceAccount {
		return "service account"
	}
	return "application"
}

package message

func keyFiles() Section { return Section{} }
func keys() Section     { return Section{} }

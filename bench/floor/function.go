package main

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// constant is a function that has string parameters and returns a constant.
type constant struct {
	name       string
	definition function.Definition
	value      func() (attr.Value, error)
}

// newConstant returns a function with the given name, signature and result. The result has the
// format that "terraform show -json" uses for an output: an object with a value and its type.
func newConstant(name string, s signature, result json.RawMessage) constant {
	c := constant{name: name, definition: function.Definition{Return: function.StringReturn{}}}
	if s.ReturnType == "dynamic" {
		c.definition.Return = function.DynamicReturn{}
	}
	for _, parameter := range s.Parameters {
		c.definition.Parameters = append(c.definition.Parameters, function.StringParameter{Name: parameter.Name})
	}
	c.value = sync.OnceValues(func() (attr.Value, error) {
		value, err := tfprotov6.DynamicValue{JSON: result}.Unmarshal(tftypes.DynamicPseudoType)
		if err != nil {
			return nil, err
		}
		return types.DynamicType.ValueFromTerraform(context.Background(), value)
	})
	return c
}

func (c constant) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = c.name
}

func (c constant) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = c.definition
}

func (c constant) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	value, err := c.value()
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, value)
}

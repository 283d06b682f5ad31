package main

import (
	"context"
	"math/big"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// constant is a function that takes texts and gives back the same each time.
type constant struct {
	name       string
	parameters []string
	result     function.Return
	value      func() attr.Value
}

func newConstant(name string, parameters []string, dynamic bool, result any) constant {
	if dynamic {
		return constant{name, parameters, function.DynamicReturn{}, sync.OnceValue(func() attr.Value { return types.DynamicValue(hcl(result)) })}
	}
	return constant{name, parameters, function.StringReturn{}, sync.OnceValue(func() attr.Value { return hcl(result) })}
}

func (c constant) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = c.name
}

func (c constant) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{Return: c.result}
	for _, name := range c.parameters {
		resp.Definition.Parameters = append(resp.Definition.Parameters, function.StringParameter{Name: name})
	}
}

func (c constant) Run(ctx context.Context, _ function.RunRequest, resp *function.RunResponse) {
	resp.Error = resp.Result.Set(ctx, c.value())
}

// hcl is an object, a tuple, a number or a text.
func hcl(v any) attr.Value {
	switch v := v.(type) {
	case map[string]any:
		kinds, values := map[string]attr.Type{}, map[string]attr.Value{}
		for name, member := range v {
			values[name] = hcl(member)
			kinds[name] = values[name].Type(context.Background())
		}
		return types.ObjectValueMust(kinds, values)
	case []any:
		kinds, values := []attr.Type{}, []attr.Value{}
		for _, element := range v {
			values = append(values, hcl(element))
			kinds = append(kinds, values[len(values)-1].Type(context.Background()))
		}
		return types.TupleValueMust(kinds, values)
	case int:
		return types.NumberValue(big.NewFloat(float64(v)))
	case string:
		return types.StringValue(v)
	}
	return types.DynamicNull()
}

package main

import "k8s.io/apimachinery/pkg/api/resource"

// quantity gives the canonical spelling of two texts, their sum, difference and order, and the whole numbers of the first.
func quantity(asked question) answer {
	var parsed []resource.Quantity
	for _, text := range asked.Texts {
		one, err := resource.ParseQuantity(text)
		if err != nil {
			return answer{Failure: err.Error()}
		}
		parsed = append(parsed, one)
	}
	a, b := parsed[0], parsed[1]
	sum, difference := a.DeepCopy(), a.DeepCopy()
	sum.Add(b)
	difference.Sub(b)
	return answer{Facts: map[string]any{
		"first": a.String(), "second": b.String(), "sum": sum.String(), "difference": difference.String(),
		"order": a.Cmp(b), "value": a.Value(), "milli": a.MilliValue(), "sign": a.Sign(),
	}}
}

package main

import (
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// quantity gives the canonical spelling of two texts, their sum, difference and order, and the whole numbers of the first.
func quantity(asked question) answer {
	var parsed []resource.Quantity
	for _, text := range asked.Texts {
		one, err := resource.ParseQuantity(strings.TrimSpace(text))
		if err != nil {
			return answer{Failure: err.Error()}
		}
		parsed = append(parsed, one)
	}
	a, b := parsed[0], parsed[1]
	// To compare changes how both are held, and with it how they are rounded.
	sum, difference, compared := a.DeepCopy(), a.DeepCopy(), a.DeepCopy()
	sum.Add(b)
	difference.Sub(b)
	return answer{Facts: map[string]any{
		"first": spelled(a), "second": spelled(b), "sum": spelled(sum), "difference": spelled(difference),
		"order": compared.Cmp(b.DeepCopy()), "value": whole(a, a.Value()), "milli": whole(a, a.MilliValue()), "sign": a.Sign(),
	}}
}

// spelled is not what was written, which String keeps.
func spelled(amount resource.Quantity) string {
	digits, suffix := amount.CanonicalizeBytes(nil)
	return string(digits) + string(suffix)
}

var most = resource.MustParse("9P")

// whole is a number where it fits.
func whole(amount resource.Quantity, number int64) string {
	least := most.DeepCopy()
	least.Neg()
	if amount.Cmp(most) > 0 || amount.Cmp(least) < 0 {
		return "beyond"
	}
	return strconv.FormatInt(number, 10)
}

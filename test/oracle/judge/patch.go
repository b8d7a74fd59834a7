package main

import (
	"encoding/json"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// patched applies a patch to an object in its versioned form and gives what JSON comes of it.
func patched(asked question) answer {
	after, err := applied(asked)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	return answer{Object: json.RawMessage(after)}
}

func applied(asked question) ([]byte, error) {
	switch asked.Type {
	case "json":
		patch, err := jsonpatch.DecodePatch(asked.Patch)
		if err != nil {
			return nil, err
		}
		return patch.Apply(asked.Object)
	case "merge":
		return jsonpatch.MergePatch(asked.Object, asked.Patch)
	}
	var typed metav1.TypeMeta
	if err := json.Unmarshal(asked.Object, &typed); err != nil {
		return nil, err
	}
	empty, err := legacyscheme.Scheme.New(typed.GroupVersionKind())
	if err != nil {
		return nil, err
	}
	return strategicpatch.StrategicMergePatch(asked.Object, asked.Patch, empty)
}

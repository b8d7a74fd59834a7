package main

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/client-go/applyconfigurations"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// step is one write of an object, by a manager.
type step struct {
	// update (of a whole object; the first makes it) or apply.
	Verb    string          `json:"verb"`
	Manager string          `json:"manager"`
	Object  json.RawMessage `json:"object"`
	Force   bool            `json:"force"`
}

// stepped is what came of it: the object, or why it was refused, as it was then left.
type stepped struct {
	Object  any    `json:"object,omitempty"`
	Refused string `json:"refused,omitempty"`
}

var typed = applyconfigurations.NewTypeConverter(legacyscheme.Scheme)

func managerFor(gvk schema.GroupVersionKind) (*managedfields.FieldManager, error) {
	internal := schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}
	status := fieldpath.NewExcludeSetFilter(fieldpath.NewSet(fieldpath.MakePathOrDie("status")))
	reset := map[fieldpath.APIVersion]fieldpath.Filter{fieldpath.APIVersion(gvk.GroupVersion().String()): status}
	scheme := legacyscheme.Scheme
	return managedfields.NewDefaultFieldManager(typed, scheme, scheme, scheme, gvk, internal, "", reset)
}

// stepsOf writes an object again and again, as API servers do it between decoding and admission.
func stepsOf(asked question) answer {
	var live runtime.Object
	var results []stepped
	for _, one := range asked.Steps {
		content := &unstructured.Unstructured{}
		if err := json.Unmarshal(one.Object, &content.Object); err != nil {
			return answer{Failure: err.Error()}
		}
		gvk := content.GroupVersionKind()
		fields, err := managerFor(gvk)
		if err != nil {
			return answer{Failure: err.Error()}
		}
		before := live
		if before == nil {
			if before, err = legacyscheme.Scheme.New(gvk); err != nil {
				return answer{Failure: err.Error()}
			}
			before.GetObjectKind().SetGroupVersionKind(gvk)
		}
		var after runtime.Object
		if one.Verb == "apply" {
			after, err = fields.Apply(before, content, one.Manager, one.Force)
		} else {
			// Into the version that it is handled in, whose conversions fill in what clients then see.
			if after, _, err = legacyscheme.Codecs.UniversalDecoder().Decode(one.Object, nil, nil); err == nil {
				identify(after)
				if live == nil {
					anonymous(after)
				}
				after, err = fields.Update(before, after, one.Manager)
			}
		}
		if err != nil {
			results = append(results, stepped{Refused: err.Error()})
			continue
		}
		identify(after)
		shown, err := stored(after, gvk)
		if err != nil {
			return answer{Failure: err.Error()}
		}
		text, _ := json.Marshal(shown)
		var copied any
		json.Unmarshal(text, &copied)
		results = append(results, stepped{Object: copied})
		live = shown
	}
	return answer{Steps: results}
}

var storage = protobuf.NewSerializer(legacyscheme.Scheme, legacyscheme.Scheme)

// stored is the object as it comes back from storage, where an empty list is none.
func stored(object runtime.Object, gvk schema.GroupVersionKind) (runtime.Object, error) {
	written, err := write(object, gvk)
	if err != nil {
		return nil, err
	}
	data, err := runtime.Encode(storage, written.(runtime.Object))
	if err != nil {
		return nil, err
	}
	read, err := runtime.Decode(legacyscheme.Codecs.UniversalDecoder(), data)
	if err != nil {
		return nil, err
	}
	shown, err := write(read, gvk)
	if err != nil {
		return nil, err
	}
	return shown.(runtime.Object), nil
}

// identify makes it an object that is there.
func identify(object runtime.Object) {
	metadata, _ := meta.Accessor(object)
	metadata.SetUID(types.UID("00000000-0000-4000-8000-000000000001"))
}

// anonymous makes it one that is being made.
func anonymous(object runtime.Object) {
	metadata, _ := meta.Accessor(object)
	metadata.SetUID("")
}

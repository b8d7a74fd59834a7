package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	apiservice "k8s.io/kubernetes/pkg/api/service"
	core "k8s.io/kubernetes/pkg/apis/core"

	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/events/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
)

// read decodes, fills in defaults and converts to the internal form, as every request body is.
func read(raw json.RawMessage) (runtime.Object, schema.GroupVersionKind, error) {
	var typed metav1.TypeMeta
	if err := json.Unmarshal(raw, &typed); err != nil {
		return nil, schema.GroupVersionKind{}, err
	}
	gvk := typed.GroupVersionKind()
	internal := schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}
	object, _, err := legacyscheme.Codecs.UniversalDecoder(internal).Decode(raw, nil, nil)
	return object, gvk, err
}

// write is the object as the API shows it.
func write(object runtime.Object, gvk schema.GroupVersionKind) (any, error) {
	shown, err := legacyscheme.Scheme.ConvertToVersion(object, gvk.GroupVersion())
	if err != nil {
		return nil, err
	}
	shown.GetObjectKind().SetGroupVersionKind(gvk)
	// What was stored has defaults when it is read.
	legacyscheme.Scheme.Default(shown)
	return shown, nil
}

type recorder struct{ texts []string }

func (r *recorder) AddWarning(_, text string) { r.texts = append(r.texts, text) }

func contextFor(resource, verb string, gvk schema.GroupVersionKind, object runtime.Object) (context.Context, *recorder) {
	parts := strings.Split(resource, "/")
	info := &request.RequestInfo{IsResourceRequest: true, Verb: verb, APIGroup: gvk.Group, APIVersion: gvk.Version, Resource: parts[1]}
	if len(parts) > 2 {
		info.Subresource = parts[2]
	}
	ctx := request.WithRequestInfo(context.Background(), info)
	ctx = request.WithUser(ctx, &user.DefaultInfo{Name: "admin", Groups: []string{"system:masters"}})
	metadata, _ := meta.Accessor(object)
	ctx = request.WithNamespace(ctx, metadata.GetNamespace())
	heard := &recorder{}
	return warning.WithWarningRecorder(ctx, heard), heard
}

// allocate gives a service what its storage would have given it before its strategy looks at it.
func allocate(object runtime.Object) *core.Service {
	service, is := object.(*core.Service)
	if is && service.Spec.ClusterIP != "" && len(service.Spec.ClusterIPs) == 0 {
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
	}
	if !is || service.Spec.HealthCheckNodePort != 0 || !apiservice.NeedsHealthCheck(service) {
		return nil
	}
	service.Spec.HealthCheckNodePort = 32000
	return service
}

func unallocate(service *core.Service) {
	if service != nil {
		service.Spec.HealthCheckNodePort = 0
	}
}

func created(asked question) answer {
	object, gvk, err := read(asked.Object)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	acts, known := strategies[asked.Resource].(rest.RESTCreateStrategy)
	if !known {
		return answer{Failure: "nothing creates " + asked.Resource}
	}
	metadata, _ := meta.Accessor(object)
	uid := metadata.GetUID()
	rest.FillObjectMetaSystemFields(metadata)
	if uid != "" {
		metadata.SetUID(uid)
	}
	ctx, heard := contextFor(asked.Resource, "create", gvk, object)
	allocated := allocate(object)
	err = rest.BeforeCreate(acts, ctx, object)
	unallocate(allocated)
	return outcome(err, object, gvk, heard)
}

func updated(asked question) answer {
	object, gvk, err := read(asked.Object)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	previous, _, err := read(asked.Previous)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	acts, known := strategies[asked.Resource]
	if !known {
		return answer{Failure: "nothing updates " + asked.Resource}
	}
	ctx, heard := contextFor(asked.Resource, "update", gvk, object)
	allocate(previous)
	allocated := allocate(object)
	err = rest.BeforeUpdate(acts, ctx, object, previous)
	unallocate(allocated)
	return outcome(err, object, gvk, heard)
}

func outcome(err error, object runtime.Object, gvk schema.GroupVersionKind, heard *recorder) answer {
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Details != nil && len(status.Status().Details.Causes) > 0 {
		var causes []cause
		for _, one := range status.Status().Details.Causes {
			causes = append(causes, cause{string(one.Type), one.Field, one.Message})
		}
		return answer{Causes: causes}
	}
	if err != nil {
		return answer{Failure: err.Error()}
	}
	shown, err := write(object, gvk)
	if err != nil {
		return answer{Failure: err.Error()}
	}
	return answer{Object: shown, Warnings: heard.texts}
}

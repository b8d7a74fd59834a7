package main

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/certificates/certificates"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/endpoint"
	"k8s.io/kubernetes/pkg/registry/core/event"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/node"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolume"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/ingressclass"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"
	"k8s.io/kubernetes/pkg/registry/storage/csidriver"
	"k8s.io/kubernetes/pkg/registry/storage/csinode"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
	"k8s.io/kubernetes/pkg/registry/storage/volumeattachment"
)

// strategy is what the registry does to objects of one resource, or of one of its subresources.
type strategy interface {
	runtime.ObjectTyper
	rest.RESTUpdateStrategy
}

// strategies by resource, or resource/subresource; those without a slash can create.
var strategies = map[string]strategy{
	"apps/controllerrevisions":                                controllerrevision.Strategy,
	"apps/daemonsets":                                         daemonset.Strategy,
	"apps/daemonsets/status":                                  daemonset.StatusStrategy,
	"apps/deployments":                                        deployment.Strategy,
	"apps/deployments/status":                                 deployment.StatusStrategy,
	"apps/replicasets":                                        replicaset.Strategy,
	"apps/replicasets/status":                                 replicaset.StatusStrategy,
	"apps/statefulsets":                                       statefulset.Strategy,
	"apps/statefulsets/status":                                statefulset.StatusStrategy,
	"autoscaling/horizontalpodautoscalers":                    horizontalpodautoscaler.Strategy,
	"autoscaling/horizontalpodautoscalers/status":             horizontalpodautoscaler.StatusStrategy,
	"batch/cronjobs":                                          cronjob.Strategy,
	"batch/cronjobs/status":                                   cronjob.StatusStrategy,
	"batch/jobs":                                              job.Strategy,
	"batch/jobs/status":                                       job.StatusStrategy,
	"certificates.k8s.io/certificatesigningrequests":          certificates.Strategy,
	"certificates.k8s.io/certificatesigningrequests/status":   certificates.StatusStrategy,
	"certificates.k8s.io/certificatesigningrequests/approval": certificates.ApprovalStrategy,
	"coordination.k8s.io/leases":                              lease.Strategy,
	"/configmaps":                                             configmap.Strategy,
	"/endpoints":                                              endpoint.Strategy,
	"/events":                                                 event.Strategy,
	"/limitranges":                                            limitrange.Strategy,
	"/namespaces":                                             namespace.Strategy,
	"/namespaces/status":                                      namespace.StatusStrategy,
	"/namespaces/finalize":                                    namespace.FinalizeStrategy,
	"/nodes":                                                  node.Strategy,
	"/nodes/status":                                           node.StatusStrategy,
	"/persistentvolumes":                                      persistentvolume.Strategy,
	"/persistentvolumes/status":                               persistentvolume.StatusStrategy,
	"/persistentvolumeclaims":                                 persistentvolumeclaim.Strategy,
	"/persistentvolumeclaims/status":                          persistentvolumeclaim.StatusStrategy,
	"/pods":                                                   pod.Strategy,
	"/pods/status":                                            pod.StatusStrategy,
	"/pods/ephemeralcontainers":                               pod.EphemeralContainersStrategy,
	"/pods/resize":                                            pod.ResizeStrategy,
	"/podtemplates":                                           podtemplate.Strategy,
	"/replicationcontrollers":                                 replicationcontroller.Strategy,
	"/replicationcontrollers/status":                          replicationcontroller.StatusStrategy,
	"/resourcequotas":                                         resourcequota.Strategy,
	"/resourcequotas/status":                                  resourcequota.StatusStrategy,
	"/secrets":                                                secret.Strategy,
	"/serviceaccounts":                                        serviceaccount.Strategy,
	"/services":                                               service.Strategy,
	"/services/status":                                        service.StatusStrategy,
	"discovery.k8s.io/endpointslices":                         endpointslice.Strategy,
	"networking.k8s.io/ingresses":                             ingress.Strategy,
	"networking.k8s.io/ingresses/status":                      ingress.StatusStrategy,
	"networking.k8s.io/ingressclasses":                        ingressclass.Strategy,
	"networking.k8s.io/networkpolicies":                       networkpolicy.Strategy,
	"node.k8s.io/runtimeclasses":                              runtimeclass.Strategy,
	"policy/poddisruptionbudgets":                             poddisruptionbudget.Strategy,
	"policy/poddisruptionbudgets/status":                      poddisruptionbudget.StatusStrategy,
	"rbac.authorization.k8s.io/clusterroles":                  clusterrole.Strategy,
	"rbac.authorization.k8s.io/clusterrolebindings":           clusterrolebinding.Strategy,
	"rbac.authorization.k8s.io/roles":                         role.Strategy,
	"rbac.authorization.k8s.io/rolebindings":                  rolebinding.Strategy,
	"scheduling.k8s.io/priorityclasses":                       priorityclass.Strategy,
	"storage.k8s.io/csidrivers":                               csidriver.Strategy,
	"storage.k8s.io/csinodes":                                 csinode.Strategy,
	"storage.k8s.io/storageclasses":                           storageclass.Strategy,
	"storage.k8s.io/volumeattachments":                        volumeattachment.Strategy,
	"storage.k8s.io/volumeattachments/status":                 volumeattachment.StatusStrategy,
}

import type { KubernetesObject } from '@periplus/api'
import { IngressClass, ownIngress } from '@periplus/kinds'
import type { WantedObject } from './ensure-objects.ts'

/**
 * The class of Ingresses that the cluster serves. It is there to be named, and not the default one: what names no class may be meant
 * for another controller, and would open ports of this machine to the services that it names.
 */
export const ingressClass: WantedObject = {
  kind: IngressClass,
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: ownIngress.className },
    spec: { controller: ownIngress.controller },
  } as KubernetesObject,
}

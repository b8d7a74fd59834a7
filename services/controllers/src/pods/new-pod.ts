import { controlledBy } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Random } from '@periplus/prelude'
import type { Pod, PodTemplateSpec } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { prefixOf } from '../generated-names.ts'
import { freePodName } from './free-name.ts'

/** Whom a pod is made for, and from what. */
export interface PodOwner {
  readonly kind: Kind
  readonly object: Stored<KubernetesObject>
  readonly template: PodTemplateSpec | undefined
}

/** A pod of the template under this name, which its owner manages. */
export const podFromTemplate = ({ kind, object, template }: PodOwner, name: string): Pod => {
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: object.metadata.namespace ?? '',
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [controlledBy(kind, object)],
    },
    ...(template?.spec ? { spec: template.spec } : {}),
  }
}

/** A pod of the template, named by chance among the names that are free; `taken` are those given in the same decision. */
export const newPod = (cut: Cut, owner: PodOwner, random: Random, taken: Set<string>): Pod => {
  const { name: base, namespace = '' } = owner.object.metadata
  const generateName = prefixOf(base)
  const name = freePodName(cut, namespace, generateName, random, taken)
  const pod = podFromTemplate(owner, name)
  return { ...pod, metadata: { ...pod.metadata, generateName } }
}

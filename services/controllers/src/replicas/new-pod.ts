import { controlledBy } from '@periplus/api'
import type { Kind } from '@periplus/api'
import type { Random } from '@periplus/prelude'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { freePodName } from '../pods/free-name.ts'
import type { Replicated } from './replicated.ts'

/** A pod of the template, named by chance among the names that are free. */
export const newPod = (
  cut: Cut,
  kind: Kind,
  { object, template }: Replicated,
  random: Random,
  taken: Set<string>,
): Pod => {
  const { name: owner, namespace = '' } = object.metadata
  const generateName = `${owner}-`
  const name = freePodName(cut, namespace, generateName, random, taken)
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName,
      namespace,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [controlledBy(kind, object)],
    },
    ...(template?.spec ? { spec: template.spec } : {}),
  }
}

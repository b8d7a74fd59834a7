import { controlledBy } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { nameSuffix } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Replicated } from './replicated.ts'

/** A generated name keeps this much of its base, so that the suffix fits a DNS label. */
const longestBase = 63 - 5

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
  let name: string
  do name = generateName.slice(0, longestBase) + nameSuffix(random)
  while (taken.has(name) || cut.get(Pod, namespace, name) !== undefined)
  taken.add(name)
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

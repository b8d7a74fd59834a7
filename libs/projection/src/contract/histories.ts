import { E } from '@periplus/prelude'
import { schema } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef } from '@periplus/api'
import type { EventType, MemoryEventLog } from '@periplus/log'

export const podKind: Kind = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  resource: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: schema.struct('Pod', {}) as Kind['schema'],
  verbs: [],
  hasStatus: true,
  subresources: [],
  stored: true,
  selectableFields: {},
  columns: [],
}

interface PodOptions {
  readonly owner?: string | undefined
  /** The owner is its controller. */
  readonly managed?: boolean
  readonly nodeName?: string
  readonly labels?: Readonly<Record<string, string>>
}

export const pod = (
  namespace: string,
  name: string,
  { owner, managed, nodeName, labels }: PodOptions = {},
): KubernetesObject & { readonly spec: object } => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    uid: `uid-${namespace}-${name}`,
    ...(labels ? { labels } : {}),
    ...(owner
      ? {
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: owner,
              uid: owner,
              ...(managed ? { controller: true } : {}),
            },
          ],
        }
      : {}),
  },
  spec: nodeName ? { nodeName } : {},
})

/** Writes pods to a log, each event expecting the one before it. */
export const history = (log: MemoryEventLog) => {
  let ids = 0
  const last = new Map<string, number>()
  const write = (type: EventType, object: KubernetesObject, rollup?: true): number => {
    const { namespace = '', name = '', uid = '' } = object.metadata ?? {}
    const ref: ObjectRef = { group: '', resource: 'pods', namespace, name }
    const previous = last.get(`${namespace}/${name}`) ?? 0
    const appended = log.appendNow({
      id: `command-${++ids}`,
      type,
      ref,
      uid,
      expected: previous,
      previous,
      origin: { actor: 'user:test', component: 'test', causes: [], correlationId: `command-${ids}` },
      time: '2024-05-01T10:00:00.000Z',
      body: Buffer.from(JSON.stringify(object)),
      ...(rollup ? { rollup } : {}),
    })
    if (E.isLeft(appended)) throw new Error(JSON.stringify(appended.left))
    last.set(`${namespace}/${name}`, appended.right.sequence)
    return appended.right.sequence
  }
  return {
    created: (object: KubernetesObject) => write('created', object),
    changed: (object: KubernetesObject) => write('spec-changed', object),
    deleted: (object: KubernetesObject) => write('deleted', object),
    heartbeat: (object: KubernetesObject) => write('status-changed', object, true),
  }
}

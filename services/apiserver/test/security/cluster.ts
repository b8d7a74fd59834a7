import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import type { KubernetesObject, ObjectRef } from '@periplus/api'
import { builtInAdmission, createCommands } from '@periplus/commands'
import type { Commands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { MutableCut } from '@periplus/projection'

export const start = Date.parse('2026-01-02T03:04:05Z')

/** A cluster in memory, whose cut follows every write at once. */
export interface Cluster {
  readonly clock: VirtualClock
  readonly cut: MutableCut
  readonly commands: Commands
  /** Creates or replaces by `kind` (`pods`, `roles.rbac.authorization.k8s.io`); answers what is stored. */
  put(resource: string, fields: object): Promise<KubernetesObject>
  /** Updates a subresource. */
  putPart(resource: string, subresource: string, fields: object): Promise<void>
  /** Brings the cut to what others have written. */
  follow(): void
  remove(resource: string, namespace: string, name: string): Promise<void>
}

export const cluster = (): Cluster => {
  const clock = virtualClock(start)
  const log = memoryEventLog()
  const cut = mutableCut()
  const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission, clock, admissionPatience: 0 })
  const origin = { actor: 'user:test', component: 'test', causes: [], correlationId: 'test' }
  const kindOf = (resource: string) => {
    const [plural = '', ...group] = resource.split('.')
    const kind = kindsAt(cut).stored(group.join('.'), plural)
    if (!kind) throw new Error(`no kind for ${resource}`)
    return kind
  }
  const follow = (): void => cut.apply(log.slice(cut.sequence + 1))
  return {
    clock,
    cut,
    commands,
    put: async (resource, fields) => {
      const kind = kindOf(resource)
      const object = fields as KubernetesObject
      const ref: ObjectRef = {
        group: kind.group,
        resource: kind.resource,
        namespace: kind.namespaced ? (object.metadata?.namespace ?? '') : '',
        name: object.metadata?.name ?? '',
      }
      const verb = cut.entry(ref) ? 'update' : 'create'
      const outcome = await commands.execute({ verb, kind, object }, origin)
      if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
      follow()
      return outcome.right.object
    },
    putPart: async (resource, subresource, fields) => {
      const command = {
        verb: 'update',
        kind: kindOf(resource),
        subresource,
        object: fields as KubernetesObject,
      } as const
      const outcome = await commands.execute(command, origin)
      if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
      follow()
    },
    follow,
    remove: async (resource, namespace, name) => {
      const kind = kindOf(resource)
      const ref = { group: kind.group, resource: kind.resource, namespace, name }
      const options = { gracePeriodSeconds: 0 }
      const outcome = await commands.execute({ verb: 'delete', kind, ref, options }, origin)
      if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
      follow()
    },
  }
}

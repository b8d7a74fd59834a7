import { toJson } from '@periplus/api'
import type { Context } from '../context.ts'
import { planRestore } from '@periplus/replay'
import type { Restorable, RestoreQuestion, RestoreStep } from '@periplus/replay'
import { blaming } from '../past/api-client.ts'
import type { ApiClient } from '../past/api-client.ts'
import { resourceOfObject } from '../past/resources.ts'
import type { Resource } from '../past/resources.ts'
import { planText, restorableName } from '../views/restore.ts'
import type { StateReader } from './state-reader.ts'

/** What is to be brought back, and how far the user wants to go. */
export interface Restoring extends Pick<RestoreQuestion, 'then' | 'now' | 'onlyGone'> {
  readonly client: ApiClient
  readonly resources: readonly Resource[]
  readonly present: StateReader
  readonly dryRun: boolean
  /** Who owns the fields from then on. */
  readonly fieldManager: string
}

/** Shows what it takes to bring the state back, and has the server do it: all of it, or nothing. */
export const carryOut = async (context: Context, restoring: Restoring): Promise<void> => {
  const { client, then, now, dryRun, fieldManager, onlyGone = false } = restoring
  const plan = planRestore({ then, now, onlyGone, owners: await ownersNow(restoring) })
  if (plan.steps.length + plan.left.length > 0) context.say(planText(plan))
  if (plan.steps.length === 0) return context.say('nothing is to be done')
  const written = (await client
    .writeAtOnce({ fieldManager, dryRun }, plan.steps.map(writeOf), context.note)
    .catch(blaming(plan.steps, ({ of }) => `nothing was written, because of ${restorableName(of)}`))) as {
    readonly sequence: number
  }
  context.say(dryRun ? 'nothing was written (dry run)' : `done at sequence ${written.sequence}`)
}

const writeOf = (step: RestoreStep): object => {
  const { object } = step.of
  switch (step.tag) {
    case 'Create':
      return { verb: 'create', object, inPlaceOf: step.inPlaceOf }
    case 'Update':
      return { verb: 'update', object }
    case 'Delete': {
      const { uid, resourceVersion } = object.metadata ?? {}
      return {
        verb: 'delete',
        object: { apiVersion: object.apiVersion, kind: object.kind, metadata: placeIn(object.metadata) },
        options: { propagationPolicy: 'Background', preconditions: { uid, resourceVersion } },
      }
    }
  }
}

const placeIn = ({ name, namespace }: { readonly name?: string; readonly namespace?: string } = {}): object => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
})

/** Of owners that are not brought back themselves: the uid of whoever has their name now. */
const ownersNow = async ({ then, now, resources, present }: Restoring): Promise<ReadonlyMap<string, string>> => {
  const known = new Set([...then, ...now].map(({ object }) => object.metadata?.uid))
  const asked = new Map<string, Promise<Restorable | undefined>>()
  const owners = new Map<string, string>()
  for (const { object } of then)
    for (const { apiVersion, kind, name, uid } of object.metadata?.ownerReferences ?? []) {
      if (known.has(uid) || owners.has(uid)) continue
      const resource = resourceOfObject(resources, { apiVersion, kind })
      if (!resource) continue
      const namespace = resource.namespaced ? (object.metadata?.namespace ?? '') : ''
      const place = toJson([resource, namespace, name])
      const looking = asked.get(place) ?? present.one(resource, namespace, name)
      asked.set(place, looking)
      const owner = (await looking)?.object.metadata?.uid
      if (owner !== undefined) owners.set(uid, owner)
    }
  return owners
}

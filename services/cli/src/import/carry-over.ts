import { setTimeout as pause } from 'node:timers/promises'
import type { KubernetesObject } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import type { Restorable } from '@periplus/replay'
import { Refused } from '../past/api-client.ts'
import type { ApiClient, WriteAtOnce } from '../past/api-client.ts'
import { pathOf, readResources, resourceOfObject } from '../past/resources.ts'
import type { Resource } from '../past/resources.ts'
import { restorableName } from '../views/restore.ts'
import type { ImportPlan } from './plan-import.ts'

/** How one object fared. */
export type Fate =
  | { readonly tag: 'Made'; readonly of: Restorable; readonly notes: readonly string[] }
  | { readonly tag: 'Refused'; readonly of: Restorable; readonly why: string }
  /** In a trial: nobody can say before what it needs is there. */
  | { readonly tag: 'Untried'; readonly of: Restorable }

type Spec = Readonly<Record<string, unknown>>

const specOf = (object: KubernetesObject): Spec => (object as { readonly spec?: Spec }).spec ?? {}

/**
 * A Service without what this cluster could not give it, and what is said of that; `undefined` where the refusal is about something else.
 * Pure.
 */
export const withoutRefused = (
  service: KubernetesObject,
  message: string,
): { readonly service: KubernetesObject; readonly note: string } | undefined => {
  const spec = specOf(service)
  const { clusterIP, clusterIPs: _, ...elsewhere } = spec
  if (message.includes('spec.clusterIP') && typeof clusterIP === 'string' && clusterIP !== 'None')
    return {
      service: { ...service, spec: elsewhere } as KubernetesObject,
      note: `its address ${clusterIP} cannot be had here`,
    }
  const ports = (spec['ports'] ?? []) as readonly Spec[]
  const { healthCheckNodePort: __, ...rest } = spec
  const given = ports.filter(port => port['nodePort'] !== undefined)
  if (!/nodePort|NodePort/.test(message) || given.length === 0) return undefined
  return {
    service: {
      ...service,
      spec: { ...rest, ports: ports.map(({ nodePort: ___, ...port }) => port) },
    } as KubernetesObject,
    note: `its ports ${given.map(port => String(port['nodePort'])).join(', ')} of the nodes cannot be had here`,
  }
}

/** With owners by the uids that they have here; `undefined` where one was not made. Pure. */
export const ownedHere = (
  object: KubernetesObject,
  uids: ReadonlyMap<string, string>,
): KubernetesObject | undefined => {
  const { ownerReferences } = object.metadata ?? {}
  if (!ownerReferences) return object
  const here = ownerReferences.map(reference => ({ ...reference, uid: uids.get(reference.uid) ?? '' }))
  return here.some(({ uid }) => uid === '')
    ? undefined
    : { ...object, metadata: { ...object.metadata, ownerReferences: here } }
}

const askEvery = 200
const patience = 30_000

/** What this server serves; a definition that was just made takes it a moment. */
const servedKinds = (client: ApiClient, known: readonly Resource[]) => {
  let resources = known
  return async (object: KubernetesObject, waits: boolean): Promise<Resource | undefined> => {
    for (const end = performance.now() + patience; ; await pause(askEvery)) {
      const found = resourceOfObject(resources, object)
      if (found || !waits || performance.now() > end) return found
      resources = await readResources(client)
    }
  }
}

export interface CarryOver {
  readonly client: ApiClient
  readonly resources: readonly Resource[]
  /** Uids here of what was here before, by those of their namesakes there. */
  readonly namesakes: ReadonlyMap<string, string>
  readonly how: WriteAtOnce
}

/** Makes what was planned, one after the other, and tells how each fares. A refusal of one holds up those that it owns, and nothing else. */
export async function* carryOver(
  { creations }: Pick<ImportPlan, 'creations'>,
  { client, resources, namesakes, how }: CarryOver,
): AsyncGenerator<Fate> {
  const uids = new Map(namesakes)
  const kindOf = servedKinds(client, resources)
  const planned = new Set(creations.map(({ of }) => namespaceMade(of)).filter(name => name !== undefined))
  const define = new Set<string>()
  for (const { of, inPlaceOf } of creations) {
    const object = ownedHere(of.object, uids)
    const awaitsNamespace = how.dryRun && planned.has(of.object.metadata?.namespace ?? '')
    if (how.dryRun && (!object || awaitsNamespace)) {
      yield { tag: 'Untried', of }
      continue
    }
    if (!object) {
      yield { tag: 'Refused', of, why: 'what owns it was not made' }
      continue
    }
    const kind = await kindOf(object, !how.dryRun && define.has(of.group))
    if (!kind) {
      yield how.dryRun && define.has(of.group)
        ? { tag: 'Untried', of }
        : { tag: 'Refused', of, why: `${object.apiVersion ?? ''} ${object.kind ?? ''} is not served here` }
      continue
    }
    const fate = await made(client, kind, of, object, how)
    if (fate.tag === 'Made') {
      const uid = fate.made.metadata?.uid
      if (uid !== undefined) uids.set(inPlaceOf, uid)
      const group = definedGroup(of)
      if (group !== undefined) define.add(group)
    }
    yield fate
  }
}

const namespaceMade = ({ group, resource, object }: Restorable): string | undefined =>
  group === '' && resource === 'namespaces' ? object.metadata?.name : undefined

const definedGroup = ({ resource, object }: Restorable): string | undefined =>
  resource === 'customresourcedefinitions' ? (specOf(object)['group'] as string | undefined) : undefined

type MadeHere = Exclude<Fate, { readonly tag: 'Made' }> | (Extract<Fate, { tag: 'Made' }> & { made: KubernetesObject })

/** One object; a Service that names what others have here gets something else, and that is noted. */
const made = async (
  client: ApiClient,
  kind: Resource,
  of: Restorable,
  object: KubernetesObject,
  how: WriteAtOnce,
): Promise<MadeHere> => {
  const path = pathOf(kind, object.metadata?.namespace ?? '')
  const notes: string[] = []
  const isService = of.group === '' && of.resource === 'services'
  for (let wanted = object; ;) {
    try {
      const created = (await client.create(path, wanted, how, text => notes.push(text))) as KubernetesObject
      return { tag: 'Made', of, notes, made: created }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (error.code === 401) throw new CannotGoOn(`${restorableName(of)}: ${error.message}`)
      const less = isService ? withoutRefused(wanted, error.message) : undefined
      if (!less) return { tag: 'Refused', of, why: error.message }
      wanted = less.service
      notes.push(less.note)
    }
  }
}

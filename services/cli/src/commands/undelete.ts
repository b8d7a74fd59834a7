import { fromJson } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import type { RecordedEvent } from '@periplus/log'
import { placeOfRestorable, toldEvent } from '@periplus/replay'
import type { Restorable } from '@periplus/replay'
import type { Context } from '../context.ts'
import { withServer } from '../past/open-server.ts'
import { isNamespaces, pathOf, readResources, resourceOfRef } from '../past/resources.ts'
import type { Resource } from '../past/resources.ts'
import { carryOut } from '../restore/carry-out.ts'
import { kindsOfContent, stateReader } from '../restore/state-reader.ts'
import type { StateReader } from '../restore/state-reader.ts'
import { resourceAndName } from '../restore/target.ts'
import { noteWithheld } from './open.ts'

/** What `undelete` is told on the command line. */
export interface UndeleteOptions {
  readonly namespace: string
  readonly dryRun?: boolean
}

/** Makes an object again that was deleted, as it was before that, with what went with it. */
export const undelete = (
  context: Context,
  target: string,
  { namespace, dryRun = false }: UndeleteOptions,
): Promise<void> =>
  withServer(context, async client => {
    const resources = await readResources(client)
    const { resource, name } = resourceAndName(resources, target)
    const place = resource.namespaced ? namespace : ''
    const told = (await client.get(`/history${pathOf(resource, place, name)}`)) as
      { readonly events: readonly unknown[]; readonly withheld: number } | undefined
    noteWithheld(context, told?.withheld ?? 0)
    const at = beforeDeletion(target, (told?.events ?? []).map(toldEvent))
    const [past, present] = [stateReader(client, String(at)), stateReader(client)]
    const own = await past.one(resource, place, name)
    if (!own) throw new CannotGoOn(`${target} cannot be read as it was at ${at}`)
    const isNamespace = isNamespaces(resource)
    const around = await contentAt(context, past, kindsOfContent(resources), isNamespace ? name : place)
    const then = isNamespace ? [own, ...around] : withDependents(own, around)
    const now = await counterparts(present, resources, then)
    context.say(`as it was at ${at}:`)
    const fieldManager = 'periplus-undelete'
    await carryOut(context, { client, resources, present, then, now, dryRun, fieldManager, onlyGone: true })
  })

/** The last moment at which nobody had begun to delete the object. */
const beforeDeletion = (target: string, events: readonly RecordedEvent[]): number => {
  const last = events.at(-1)
  if (!last) throw new CannotGoOn(`the log knows no ${target}`)
  if (last.type !== 'deleted')
    throw new CannotGoOn(`${target} is there: revert --to brings an earlier state of it back`)
  const life = events.slice(Math.max(0, events.map(({ type }) => type).lastIndexOf('created')))
  const marked = life.find(event => event === last || isMarked(event)) ?? last
  return marked.sequence - 1
}

const isMarked = ({ body }: RecordedEvent): boolean =>
  (fromJson(Buffer.from(body).toString()) as KubernetesObject).metadata?.deletionTimestamp !== undefined

/** Nothing where the object is in no namespace. */
const contentAt = async (
  { note }: Context,
  past: StateReader,
  kinds: readonly Resource[],
  namespace: string,
): Promise<readonly Restorable[]> => {
  if (namespace === '') return []
  const found: Restorable[] = []
  for (const kind of kinds) {
    const listed = await past.list(kind, namespace)
    if (typeof listed !== 'string') found.push(...listed)
    else if (listed === 'Forgotten') note(`${kind.resource} are not made again: it is not kept how they were`)
  }
  return found
}

/** An object with all that it owns, and what that owns. */
const withDependents = (own: Restorable, around: readonly Restorable[]): readonly Restorable[] => {
  const found = new Map([[own.object.metadata?.uid, own]])
  for (let size = 0; size < found.size;) {
    size = found.size
    for (const one of around)
      if (one.object.metadata?.ownerReferences?.some(({ uid }) => found.has(uid)))
        found.set(one.object.metadata.uid, one)
  }
  return [...found.values()]
}

const counterparts = async (
  present: StateReader,
  resources: readonly Resource[],
  then: readonly Restorable[],
): Promise<readonly Restorable[]> => {
  const found = new Map<string, Restorable>()
  for (const one of then) {
    const kind = resourceOfRef(resources, one)
    const { namespace = '', name = '' } = one.object.metadata ?? {}
    const living = kind && (await present.one(kind, namespace, name))
    if (living) found.set(placeOfRestorable(one), living)
  }
  return [...found.values()]
}

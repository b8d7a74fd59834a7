import { CannotGoOn } from '@periplus/cluster'
import { placeOfRestorable } from '@periplus/replay'
import type { Restorable } from '@periplus/replay'
import type { Context } from '../context.ts'
import type { ApiClient } from '../past/api-client.ts'
import { momentOf } from '../past/moment.ts'
import { withServer } from '../past/open-server.ts'
import { isNamespaces, readResources, resourceOfRef } from '../past/resources.ts'
import type { Resource } from '../past/resources.ts'
import { carryOut } from '../restore/carry-out.ts'
import { kindsOfContent, stateReader } from '../restore/state-reader.ts'
import type { StateReader, Unlisted } from '../restore/state-reader.ts'
import { resourceAndName } from '../restore/target.ts'
import { momentAt } from './since.ts'

/** What `revert` is told on the command line. */
export interface RevertOptions {
  readonly to: string
  readonly selector?: string
  readonly namespace: string
  readonly dryRun?: boolean
}

interface States {
  readonly then: readonly Restorable[]
  readonly now: readonly Restorable[]
}

interface Looking {
  readonly resources: readonly Resource[]
  readonly past: StateReader
  readonly present: StateReader
  /** Told of kinds that the asker may not read. */
  readonly note: (text: string) => void
}

/** Brings an object, those with some labels, or a namespace with all in it back to how they were at a moment, forward. */
export const revert = (context: Context, target: string | undefined, options: RevertOptions): Promise<void> => {
  const { selector, namespace, dryRun = false } = options
  if ((target === undefined) === (selector === undefined))
    throw new CannotGoOn('say what to bring back: KIND/NAME, namespace/NAME, or -l SELECTOR')
  return withServer(context, async client => {
    const at = String(await momentOf(client, momentAt(options.to)))
    const resources = await readResources(client)
    const looking = { resources, past: stateReader(client, at), present: stateReader(client), note: context.note }
    const states =
      selector === undefined
        ? await ofTarget(client, looking, target ?? '', namespace, at)
        : await ofSelected(looking, namespace, selector)
    const { present } = looking
    await carryOut(context, { ...states, client, resources, present, dryRun, fieldManager: 'periplus-revert' })
  })
}

const ofTarget = async (
  client: ApiClient,
  looking: Looking,
  target: string,
  namespace: string,
  at: string,
): Promise<States> => {
  const { past, present, resources, note } = looking
  const { resource, name } = resourceAndName(resources, target)
  const place = resource.namespaced ? namespace : ''
  const [then, now] = [await past.one(resource, place, name), await present.one(resource, place, name)]
  if (!then && !now) throw new CannotGoOn(`there is no ${target} now, and was none at ${at}`)
  const own: States = { then: then ? [then] : [], now: now ? [now] : [] }
  if (!isNamespaces(resource)) return own
  // A namespace that goes takes all in it with it.
  if (!then) return own
  const content = await listed(looking, kindsOfContent(resources), name)
  const served = new Set(resources.map(({ group, resource: one }) => `${group}/${one}`))
  const unserved = kindsOfContent(await readResources(client, at)).filter(
    one => !served.has(`${one.group}/${one.resource}`),
  )
  for (const one of unserved)
    if (!isEmpty(await past.list(one, name)))
      note(`${one.resource}.${one.group} are not brought back: there is no such kind any more`)
  return { then: [...own.then, ...content.then], now: [...own.now, ...content.now] }
}

const listed = async (
  { past, present, note }: Looking,
  kinds: readonly Resource[],
  namespace: string,
  selector?: string,
): Promise<States> => {
  const then: Restorable[] = []
  const now: Restorable[] = []
  for (const kind of kinds) {
    const [was, is] = [await past.list(kind, namespace, selector), await present.list(kind, namespace, selector)]
    if (typeof was !== 'string' && typeof is !== 'string') {
      then.push(...was)
      now.push(...is)
    } else note(`${kind.resource} are left as they are: ${was === 'Forgotten' ? forgotten : unreadable(is)}`)
  }
  return { then, now }
}

const forgotten = 'it is not kept how they were'
const unreadable = (now: unknown): string => `you may not read them ${typeof now === 'string' ? 'now' : 'as they were'}`

const isEmpty = (listed: readonly Restorable[] | Unlisted): boolean => typeof listed === 'string' || listed.length === 0

/** Those that have the labels now, or had them then. */
const ofSelected = async (looking: Looking, namespace: string, selector: string): Promise<States> => {
  const kinds = kindsOfContent(looking.resources)
  const { then, now } = await listed(looking, kinds, namespace, selector)
  const others = async (of: StateReader, those: readonly Restorable[], known: readonly Restorable[]) => {
    const places = new Set(known.map(placeOfRestorable))
    const missing = those.filter(one => !places.has(placeOfRestorable(one)))
    const found = missing.map(one => {
      const kind = resourceOfRef(kinds, one)
      return kind ? of.one(kind, namespace, one.object.metadata?.name ?? '') : Promise.resolve(undefined)
    })
    return (await Promise.all(found)).filter(one => one !== undefined)
  }
  return {
    then: [...then, ...(await others(looking.past, now, then))],
    now: [...now, ...(await others(looking.present, then, now))],
  }
}

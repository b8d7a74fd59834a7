import { E } from '@periplus/prelude'
import { CannotGoOn } from '@periplus/cluster'
import { addConsumer, listConsumers, removeConsumer } from '@periplus/cluster/roles'
import type { ConsumerStatus } from '@periplus/cluster/roles'
import { builtinRegistry } from '@periplus/custom'
import { subjectsOf } from '@periplus/log'
import type { Reading } from '@periplus/log'
import type { Context } from '../context.ts'
import { columns } from '../views/columns.ts'
import { kindNamed } from './object-argument.ts'

export interface ConsumerOptions {
  readonly only?: string
  readonly namespace?: string
}

/** A kind's word, or, of custom ones, `<resource>.<group>`: whether those are in namespaces is known to the cluster alone. */
const readKind = (word: string): NonNullable<Reading['only']>[number] => {
  const kind = kindNamed(builtinRegistry, word)
  if (kind) return { ...kind, ...kind.storedAs }
  const [, resource, group] = /^([a-z0-9-]+)\.([a-z0-9.-]+)$/.exec(word) ?? []
  if (resource === undefined || group === undefined)
    throw new CannotGoOn(`there is no kind of the name '${word}'; custom ones are named such as widgets.example.com`)
  return { resource, group, namespaced: true }
}

export const add = async ({ home, settings, say }: Context, name: string, options: ConsumerOptions): Promise<void> => {
  const { only, namespace } = options
  const subjects = subjectsOf({
    ...(only === undefined ? {} : { only: only.split(',').map(word => readKind(word.trim())) }),
    ...(namespace === undefined ? {} : { namespace }),
  })
  if (E.isLeft(subjects)) throw new CannotGoOn(subjects.left)
  say(await addConsumer(home, settings, { name, subjects: subjects.right }))
}

const row = ({ name, subjects, state }: ConsumerStatus): readonly string[] => {
  const reads = subjects.join(' ')
  if (!state) return [name, reads, '-', 'not known: the feed is not served']
  const last = state.lastSent === undefined ? 'never' : new Date(state.lastSent).toISOString()
  return [name, reads, String(state.pending + state.unacknowledged), last]
}

export const list = async ({ home, say }: Context): Promise<void> => {
  const found = await listConsumers(home)
  if (found.length === 0) return say('there are no consumers')
  say(columns([['NAME', 'READS', 'TO READ', 'LAST READ'], ...found.map(row)]))
}

export const remove = async ({ home, settings, say }: Context, name: string): Promise<void> => {
  await removeConsumer(home, settings, name)
  say(`consumer ${name} is let in no more`)
}

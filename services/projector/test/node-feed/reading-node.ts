import assert from 'node:assert/strict'
import type { StoredMessage } from '@periplus/bus'
import { nodeFeedReader, nodeFeedSubjectsOf } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import { shown } from './shown.ts'

/** By nodes, what each is to show. */
export type Wanted = Readonly<Record<string, readonly (readonly [string, unknown])[]>>

const reads = (node: string, { subject }: StoredMessage): boolean =>
  nodeFeedSubjectsOf(node).some(pattern =>
    pattern.endsWith('>') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern,
  )

/**
 * A node that reads the feed as far as it is told to, and is compared with the log whenever it is told how far it is. First by a consumer; then it hears what
 * is told, some of which it may be deaf to, and reads by a consumer again where it finds that it has missed something.
 */
export const readingNode = (
  node: string,
  stream: () => readonly StoredMessage[],
  { head, truth }: { readonly head: () => number; readonly truth: (through: number) => Wanted },
) => {
  const reader = nodeFeedReader(node)
  const cut = mutableCut()
  let heard: readonly StoredMessage[] = []
  /** Where its consumer is; absent: it goes by what it hears. */
  let next: number | undefined
  let batches = 0
  let misses = 0
  const ask = (): void => {
    reader.again(head())
    next = reader.from
  }
  const anew = (): void => {
    reader.begin()
    ask()
  }
  ask()
  cut.subscribe(changes => {
    for (const { before, after } of changes)
      if (before && after)
        assert.equal(before.object().metadata.uid, after.object().metadata.uid, 'one object ends first')
  })
  /** False: something was missed. */
  const take = (message: StoredMessage): boolean => {
    for (const step of reader.read([message])) {
      if (step.tag === 'Missed') return false
      assert.ok(step.through >= cut.sequence, 'nothing goes back')
      cut.take(step.events, step.through)
      batches++
      assert.equal(cut.sequence, step.through)
      assert.deepEqual(shown(cut), truth(step.through)[node], `${node} at ${step.through}`)
    }
    return true
  }
  const readStored = (from: number, most: number): void => {
    const rest = stream().filter(message => message.sequence >= from && reads(node, message))
    for (const message of rest.slice(0, most)) {
      next = message.sequence + 1
      if (!take(message)) return anew()
    }
    if (most < rest.length) return
    if (reader.state === 'Resumes') return anew()
    next = undefined
    heard = reader.state === 'Follows' ? heard.filter(({ sequence }) => sequence > reader.from) : heard
  }
  const readHeard = (most: number): void => {
    const messages = heard.slice(0, most)
    heard = heard.slice(most)
    if (messages.length > 0 && reader.state === 'Begins') return ask()
    for (const message of messages)
      if (!take(message)) {
        misses++
        return ask()
      }
  }
  return {
    cut,
    get batches() {
      return batches
    },
    get misses() {
      return misses
    },
    hear: (message: StoredMessage) => void (reads(node, message) && (heard = [...heard, message])),
    deaf: (to: number) => void (heard = heard.slice(to)),
    /** Its consumer is gone with its server, or it was quiet for long. */
    ask: (whenever: boolean): void => {
      if (whenever || next !== undefined) ask()
    },
    read: (most: number): void => (next === undefined ? readHeard(most) : readStored(next, most)),
  }
}

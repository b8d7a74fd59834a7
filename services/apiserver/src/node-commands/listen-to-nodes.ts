import type { Subscription } from '@periplus/bus'
import type { Clock } from '@periplus/prelude'
import { allNodeCommands, nodeSubjects } from '@periplus/runtime'

/** Bytes that count as one question more. */
const bytesPerQuestion = 16 * 1024
/** Questions refused for want of room within a round that make a flood: who is told to wait asks no more for a second. */
const mostRefused = 256
/** Questions that are taken in a round of a node that has flooded; one that asks for as many is not over it. */
export const mostOnProbation = 64
const roundMilliseconds = 1_000

export interface Taken {
  /** Over a connection that no flood is on. */
  readonly isAside: boolean
  /** So many are taken; default all. */
  readonly most?: number
}

export interface Listening {
  /** Takes questions of a subject until it is closed, those included that are under way by then. */
  readonly serve: (subject: string, taken: Taken) => Subscription
  /** Those that are there now. */
  readonly nodes: () => readonly string[]
  readonly clock: Clock
  /** Told when a node is listened to no more. */
  readonly onFlood: (node: string) => void
}

export interface NodeListener {
  /** Whether its questions are looked at; those of a flood that are on their way when it is noticed are not. */
  hears(node: string): boolean
  heard(node: string): void
  /** A question of a node's, of so many bytes, was refused for want of room. */
  refused(node: string, bytes: number): void
  close(): void
}

/** A node that has flooded is not heard for a round, then heard a little for one, until it is over it. */
interface Flooding {
  readonly isHeard: boolean
  questions: number
}

/**
 * Listens to all nodes at once; while one sends more than is kept, to each of the others by itself. What nobody listens to stays with
 * the server of NATS, which says so to who asks, and costs this process nothing. Nodes that nobody knows yet wait until that is over.
 */
export const listenToNodes = ({ serve, nodes, clock, onFlood }: Listening): NodeListener => {
  const open = new Map<string, Taken & { readonly subscription: Subscription }>()
  const floods = new Map<string, Flooding>()
  const refusals = new Map<string, number>()
  const timers = new Set<() => void>()
  let isClosed = false

  const wanted = (): ReadonlyMap<string, Taken> => {
    if (isClosed) return new Map()
    if (floods.size === 0) return new Map([[allNodeCommands, { isAside: false }]])
    const heard = new Set([...nodes(), ...floods.keys()])
    return new Map(
      [...heard].flatMap(node => {
        const flooding = floods.get(node)
        if (flooding?.isHeard === false) return []
        const taken: Taken = flooding ? { isAside: false, most: mostOnProbation } : { isAside: true }
        return [[nodeSubjects(node).commands, taken] as const]
      }),
    )
  }
  // First what is to be open: a question between the two would be asked of nobody.
  const arrange = (): void => {
    const subjects = wanted()
    for (const [subject, taken] of subjects) {
      const before = open.get(subject)
      if (before?.isAside === taken.isAside && before.most === taken.most) continue
      open.set(subject, { ...taken, subscription: serve(subject, taken) })
      before?.subscription.close()
    }
    for (const [subject, { subscription }] of open) {
      if (subjects.has(subject)) continue
      open.delete(subject)
      subscription.close()
    }
  }
  const afterRound = (then: () => void): void => {
    const cancel = clock.after(roundMilliseconds, () => {
      timers.delete(cancel)
      then()
    })
    timers.add(cancel)
  }
  const silence = (node: string): void => {
    floods.set(node, { isHeard: false, questions: 0 })
    onFlood(node)
    afterRound(() => hearAgain(node))
    arrange()
  }
  const hearAgain = (node: string): void => {
    const flooding = { isHeard: true, questions: 0 }
    floods.set(node, flooding)
    afterRound(() => {
      if (flooding.questions >= mostOnProbation) return silence(node)
      floods.delete(node)
      arrange()
    })
    arrange()
  }
  arrange()
  return {
    hears: node => floods.get(node)?.isHeard ?? true,
    heard: node => {
      const flooding = floods.get(node)
      if (flooding) flooding.questions++
    },
    refused: (node, bytes) => {
      if (floods.has(node) || isClosed) return
      if (refusals.size === 0) afterRound(() => refusals.clear())
      const count = (refusals.get(node) ?? 0) + 1 + Math.floor(bytes / bytesPerQuestion)
      refusals.set(node, count)
      if (count >= mostRefused) silence(node)
    },
    close: () => {
      isClosed = true
      timers.forEach(cancel => cancel())
      arrange()
    },
  }
}

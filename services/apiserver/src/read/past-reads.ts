import { E, inTurns, sharedTurn } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { tooOldVersion } from '@periplus/api'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { CutAt } from '@periplus/replay'
import type { Attributes, PolicyState, Security, User } from '../ports.ts'
import { readableBy } from '../mine/may-read.ts'
import type { MayRead } from '../mine/may-read.ts'
import { noState, stateAt, statesByRules } from './state-at.ts'

type Asked = Extract<Attributes, { tag: 'Resource' }>

/** What somebody could read at a version, and what of that they can read now, in what is the same namespace. */
export interface ReadableThen {
  readonly then: MayRead
  readonly thenAndNow: MayRead
}

/**
 * What of the past a user may see. History outlives the reasons why access was given, so a read of the past needs the right of
 * then and of now, and that on the same namespace: one of the same name that was made anew is another one. Rights that hold in
 * all namespaces ask for no such sameness. Secrets take the verb `read-past` besides.
 *
 * That the user has the right now has been asked already, as of every request.
 */
export interface PastReads {
  /** Below `/at/`. */
  at(user: User, asked: Attributes, then: PolicyState): Either<Refusal, string>
  /**
   * From a version on, or as of it: watches, lists of an exact version, pages of a list that began then. A version that may not
   * be shown is `Expired`, for which clients know what to do: they begin afresh with what they may see now.
   */
  since(user: User, asked: Attributes, version: Sequence): Promise<Either<Refusal, void>>
  /** Of a collection as it was at a version, what the user may read; left: that is too long ago. */
  readable(user: User, asked: Attributes, version: Sequence): Either<Refusal, ReadableThen>
  /** The same of now; one function for as long as the rules are the same. */
  readableNow(user: User, asked: Attributes): () => MayRead
  /** Whether the user may get the object of an event now, in the past too: of others no event is shown. Costs nothing but the rules. */
  mayBeShown(user: User, event: Pick<RecordedEvent, 'ref'>): boolean
  /** Those of some events, in their order, whose objects the user may get now and could get as they were behind the event. */
  shown(user: User, events: readonly RecordedEvent[], signal: AbortSignal): Promise<readonly RecordedEvent[]>
}

export interface PastReadsDeps {
  readonly security: Pick<Security, 'authorize' | 'authorizeAt'>
  readonly cut: LiveCut
  readonly cutAt: CutAt | undefined
  /** The state behind each of some events, one after the other, from the log. */
  readonly foldAlong: FoldAlong
  readonly clock: Clock
}

export type FoldAlong = (
  sequences: readonly Sequence[],
  see: (sequence: Sequence, state: PolicyState) => void,
  signal: AbortSignal,
) => Promise<void>

/**
 * How far back a list's pages and a watch of Secrets reach for those who may not read their past: as far as they would in
 * Kubernetes, whose store forgets after five minutes.
 */
const recentMilliseconds = 5 * 60 * 1000

/** States taken from the process's memory, each of which costs as much as all that it remembers; more are read from the log at once. */
const mostRemembered = 100

export const pastReads = ({ security, cut, cutAt, foldAlong, clock }: PastReadsDeps): PastReads => {
  const { authorize, authorizeAt } = security

  const mayReadPast = (user: User, asked: Asked): Either<Refusal, string> =>
    asked.group === '' && asked.resource === 'secrets' ? authorize(user, { ...asked, verb: 'read-past' }) : E.right('')

  const heldThen = (user: User, asked: Asked, then: PolicyState): Either<Refusal, string> => {
    const authorizeThen = authorizeAt(then)
    const held = authorizeThen(user, asked)
    if (E.isLeft(held)) return E.left(saidOfThen(held.left))
    if (asked.namespace === '' || uidOf(cut, asked.namespace) === uidOf(then, asked.namespace)) return held
    const everywhere = { ...asked, namespace: '' }
    const refused = [authorize, authorizeThen].map(may => may(user, everywhere)).find(E.isLeft)
    return refused ? E.left(saidOfThen(refused.left)) : held
  }

  /** Whether nothing that decides about rights has changed since, so that the rights of now are those of then. */
  const isQuietSince = (version: Sequence): boolean =>
    cut.recent(version)?.every(({ event }) => !decides(event.ref)) ?? false

  const isRecent = (version: Sequence): boolean => {
    const [next] = cut.recent(version) ?? []
    return next !== undefined && Date.parse(next.event.time) > clock.now() - recentMilliseconds
  }

  const stateOf = async (version: Sequence): Promise<PolicyState | undefined> => {
    const remembered = stateAt(cut, version)
    if (remembered) return remembered
    const folded = await cutAt?.({ tag: 'Sequence', sequence: version })
    return folded && E.isRight(folded) ? folded.right.left : undefined
  }

  const mayNow = (user: User, asked: Asked): boolean =>
    E.isRight(authorize(user, asked)) && E.isRight(mayReadPast(user, asked))
  /** Whom no rule has to allow was allowed at all times. */
  const isAlwaysAllowed = (user: User, asked: Asked): boolean => E.isRight(authorizeAt(noState)(user, asked))

  /** What one could get as it was behind each event. */
  const heldAt = async (
    user: User,
    events: readonly RecordedEvent[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<Sequence>> => {
    const asked = new Map(events.map(({ sequence, ref }) => [sequence, toGet(ref)]))
    const sequences = [...asked.keys()].sort((a, b) => a - b)
    const [first = 0] = sequences
    if (isQuietSince(first)) return new Set(sequences)
    const held = new Set<Sequence>()
    const see = (sequence: Sequence, then: PolicyState): void => {
      const one = asked.get(sequence)
      if (one && E.isRight(heldThen(user, one, then))) held.add(sequence)
    }
    for (const sequence of sequences) {
      if (sharedTurn.isOver()) await sharedTurn.next()
      const then = sequences.length > mostRemembered ? undefined : stateAt(cut, sequence)
      if (!then) {
        const byRules = statesByRules()
        await foldAlong(sequences, (at, state) => see(at, byRules(state)), signal)
        break
      }
      see(sequence, then)
    }
    return held
  }

  const rulesOfNow = statesByRules()
  const verbOf = ({ verb }: Asked): 'list' | 'watch' => (verb === 'watch' ? 'watch' : 'list')
  const readableNow: PastReads['readableNow'] = (user, asked) => {
    let rules: PolicyState | undefined
    let known: MayRead = () => false
    if (asked.tag === 'NonResource') return () => known
    return () => {
      const present = rulesOfNow(cut)
      if (present !== rules) known = readableBy(authorizeAt(present), user, asked, verbOf(asked))
      rules = present
      return known
    }
  }

  return {
    readableNow,
    readable: (user, asked, version) => {
      const now = readableNow(user, asked)()
      if (asked.tag === 'NonResource' || version >= cut.sequence) return E.right({ then: now, thenAndNow: now })
      const expired = E.left(tooOldVersion(version, cut.sequence))
      if (E.isLeft(mayReadPast(user, asked)) && !isRecent(version)) return expired
      if (isQuietSince(version)) return E.right({ then: now, thenAndNow: now })
      const then = stateAt(cut, version)
      if (!then) return expired
      const before = readableBy(authorizeAt(then), user, asked, verbOf(asked))
      const namespaces = new Map<string, boolean>()
      for (const [namespace, uid] of uidsOf(cut)) namespaces.set(namespace, uidOf(then, namespace) === uid)
      const isSameNamespace = ({ namespace }: Pick<ObjectRef, 'namespace'>): boolean =>
        namespace === '' || namespaces.get(namespace) === true
      return E.right({ then: before, thenAndNow: ref => now(ref) && before(ref) && isSameNamespace(ref) })
    },
    mayBeShown: (user, { ref }) => mayNow(user, toGet(ref)),
    shown: async (user, events, signal) => {
      const may = new Set<RecordedEvent>()
      const perhaps: RecordedEvent[] = []
      await inTurns(events, event => {
        const asked = toGet(event.ref)
        if (!mayNow(user, asked)) return
        if (isAlwaysAllowed(user, asked)) may.add(event)
        else perhaps.push(event)
      })
      const held = perhaps.length === 0 ? new Set() : await heldAt(user, perhaps, signal)
      return events.filter(event => may.has(event) || held.has(event.sequence))
    },
    at: (user, asked, then) => {
      if (asked.tag === 'NonResource') return E.right('')
      const past = mayReadPast(user, asked)
      return E.isLeft(past) ? past : heldThen(user, asked, then)
    },
    since: async (user, asked, version) => {
      if (asked.tag === 'NonResource' || version >= cut.sequence) return E.right(undefined)
      const expired = E.left(tooOldVersion(version, cut.sequence))
      if (E.isLeft(mayReadPast(user, asked)) && !isRecent(version)) return expired
      if (isQuietSince(version) || isAlwaysAllowed(user, asked)) return E.right(undefined)
      const then = await stateOf(version)
      return then && E.isRight(heldThen(user, asked, then)) ? E.right(undefined) : expired
    },
  }
}

/** Getting an object; a namespace is in itself. */
const toGet = ({ group, resource, namespace, name }: ObjectRef): Asked => ({
  tag: 'Resource',
  verb: 'get',
  ...{ group, resource, name, version: '', subresource: '' },
  namespace: group === '' && resource === 'namespaces' ? name : namespace,
})

const decides = ({ group, resource }: ObjectRef): boolean =>
  group === 'rbac.authorization.k8s.io' || (group === '' && resource === 'namespaces')

const uidOf = (state: PolicyState, namespace: string): string | undefined =>
  state.entry({ group: '', resource: 'namespaces', namespace: '', name: namespace })?.object().metadata.uid

const uidsOf = (state: PolicyState): readonly (readonly [string, string])[] =>
  state.entries('', 'namespaces').map(entry => [entry.ref.name, entry.object().metadata.uid])

const saidOfThen = (refused: Refusal): Refusal =>
  refused.tag === 'Forbidden' ? { ...refused, message: `${refused.message} as it was then` } : refused

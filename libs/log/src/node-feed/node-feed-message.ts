import type { ObjectRef } from '@periplus/api'
import type { Publication, StoredMessage } from '@periplus/bus'
import { headerText, textOfHeader } from '../encoding/header-text.ts'
import { fullSubjectOf, refOfSubject, subjectOf, subjectToken } from '../encoding/subject.ts'
import type { Sequence } from '../event.ts'

/** The stream of what nodes read. It is disposable: what is lost of it is made again from the log. */
export const nodeFeedStream = 'NODES'

/** All that is on the nodes' feed. */
export const nodeFeedSubjects = 'nodes.>'

const logPrefix = 'objects.'
const marksOfAll = 'nodes.all.mark'

/** What a message's form is counted as: a reader and a writer of another form do not understand each other. */
const form = 1

/** For all nodes, or for one, by its name. */
export type Audience = { readonly tag: 'All' } | { readonly tag: 'Node'; readonly node: string }

/** The beginning of what an audience is told. */
const placeOf = (audience: Audience): string =>
  audience.tag === 'All' ? 'nodes.all.' : `nodes.to.${subjectToken(audience.node)}.`

/** The subjects that a node is to read, and no others. */
export const nodeFeedSubjectsOf = (node: string): readonly string[] => [
  `${placeOf({ tag: 'All' })}>`,
  `${placeOf({ tag: 'Node', node })}>`,
]

/** How far the feed is where a message stands that carries one, for whom it is told. */
export interface FeedMark {
  /** The log up to here is on the feed. */
  readonly through: Sequence
  /** The feed's sequence of the mark for all nodes before this one; who has not read it has missed something. */
  readonly prior: number
  /** Who has read the feed from here or before has all of it. */
  readonly base: number
  /** An event that the log has as long as what is told is of that log; the newest one then. */
  readonly tip?: { readonly sequence: Sequence; readonly id: string }
}

/** What is said of an object. */
export interface ToldObject {
  readonly ref: ObjectRef
  readonly audience: Audience
  /** The log's sequence of what is told. */
  readonly sequence: Sequence
  readonly uid: string
  /** The object as JSON without `resourceVersion`; absent: it is none of the audience's concern any more. */
  readonly body?: Uint8Array
}

/** A message of the feed: an object, or how far the feed is, or both. */
export interface NodeFeedMessage {
  /** In the feed. */
  readonly at: number
  readonly object?: ToldObject
  readonly mark?: FeedMark
  /** The mark is for all nodes. */
  readonly isGeneral: boolean
}

const whole = /^\d{1,16}$/

const markHeader = 'Periplus-Mark'
const objectHeader = 'Periplus-Object'
const versionHeader = 'Periplus-Version'
const uidHeader = 'Periplus-Uid'
const tipHeader = 'Periplus-Tip'
const runHeader = 'Periplus-Run'
const expectedHeader = 'Nats-Expected-Last-Sequence'

const markLines = (mark: FeedMark | undefined): Publication['headers'] =>
  mark
    ? [
        [markHeader, [mark.through, mark.prior, mark.base].join(' ')],
        ...(mark.tip ? [[tipHeader, `${mark.tip.sequence} ${headerText(mark.tip.id)}`] as const] : []),
      ]
    : []

const subjectFor = ({ audience, ref }: Pick<ToldObject, 'audience' | 'ref'>): string =>
  placeOf(audience) + subjectOf(ref).slice(logPrefix.length)

/**
 * An object's message, with a mark where its audience has all up to there with it. `run`: of the writer, anew whenever he goes on from what he finds on the
 * feed, so that no two messages are alike: nothing there is synced, and what was lost and is written again is told by it from what was read.
 */
export const objectMessage = (told: ToldObject, run: string, mark?: FeedMark): Publication => {
  const { ref, sequence, uid, body } = told
  const full = fullSubjectOf(ref)
  return {
    subject: subjectFor(told),
    headers: [
      [runHeader, run],
      [versionHeader, `${form} ${sequence}`],
      [uidHeader, headerText(uid)],
      ...(full === subjectOf(ref) ? [] : [[objectHeader, full] as const]),
      ...markLines(mark),
    ],
    data: body ?? new Uint8Array(),
  }
}

/** A mark for all nodes. */
export const markMessage = (mark: FeedMark, run: string): Publication => ({
  subject: marksOfAll,
  headers: [[runHeader, run], ...markLines(mark)],
  data: new Uint8Array(),
})

const valuesOf = (headers: string): ReadonlyMap<string, string> =>
  new Map(
    headers.split('\r\n').map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const),
  )

const markOf = (values: ReadonlyMap<string, string>): FeedMark | undefined => {
  const [through = '', prior = '', base = ''] = values.get(markHeader)?.split(' ') ?? []
  if (![through, prior, base].every(number => whole.test(number))) return undefined
  const [sequence = '', id = ''] = values.get(tipHeader)?.split(' ') ?? []
  return {
    ...{ through: Number(through), prior: Number(prior), base: Number(base) },
    ...(whole.test(sequence) ? { tip: { sequence: Number(sequence), id: textOfHeader(id) } } : {}),
  }
}

const objectOf = ({ subject, data }: StoredMessage, values: ReadonlyMap<string, string>): ToldObject | undefined => {
  const found = /^nodes\.(?:all|to\.([^.]+))\.(.+)$/.exec(subject)
  const [known, sequence = ''] = values.get(versionHeader)?.split(' ') ?? []
  const ref = found && refOfSubject(logPrefix + found[2], values.get(objectHeader))
  if (!ref || known !== String(form) || !whole.test(sequence)) return undefined
  return {
    ref,
    audience: found[1] === undefined ? { tag: 'All' } : { tag: 'Node', node: found[1].replaceAll('_', '.') },
    sequence: Number(sequence),
    uid: textOfHeader(values.get(uidHeader) ?? ''),
    ...(data.length === 0 ? {} : { body: data }),
  }
}

/**
 * What a message says; `undefined` for what is none of the writer's. NATS lets whoever may ask it anything have the answer stored at any subject;
 * what the writer stores follows the message before it, and the server takes no second one that says so.
 */
export const readNodeFeed = (message: StoredMessage): NodeFeedMessage | undefined => {
  const values = valuesOf(message.headers)
  if (values.get(expectedHeader) !== String(message.sequence - 1)) return undefined
  const mark = markOf(values)
  const isGeneral = message.subject === marksOfAll
  const object = isGeneral ? undefined : objectOf(message, values)
  if (!object && !mark) return undefined
  return { at: message.sequence, isGeneral, ...(object ? { object } : {}), ...(mark ? { mark } : {}) }
}

/** What tells an object's messages to one audience from all others. */
export const toldKey = ({ audience, ref }: Pick<ToldObject, 'audience' | 'ref'>): string =>
  placeOf(audience) + fullSubjectOf(ref).slice(logPrefix.length)

import type { Publication, StoredMessage } from '@periplus/bus'
import { headerText, textOfHeader } from '../encoding/header-text.ts'
import { fullSubjectOf, refOfSubject, subjectOf, subjectToken } from '../encoding/subject.ts'
import type { Sequence } from '../event.ts'
import { pointText, pointsOf } from './node-feed-chain.ts'
import type { FeedChain, FeedPoint } from './node-feed-chain.ts'
import type { Audience, ToldObject, ToldToAll, ToldToNode } from './told-object.ts'
import { readTogether, together } from './told-together.ts'

/** The stream of what nodes read. It is disposable: what is lost of it is made again from the log. */
export const nodeFeedStream = 'NODES'

/** All that is on the nodes' feed. */
export const nodeFeedSubjects = 'nodes.>'

const logPrefix = 'objects.'
/** All that every node is told. One subject: a server that looks for a reader's next message looks for the fewer the better. */
const toldToAll = 'nodes.all'

/** What a message's form is counted as: a reader and a writer of another form do not understand each other. */
const form = 4

/** The beginning of what a node is told alone. */
const placeOfNode = (node: string): string => `nodes.to.${subjectToken(node)}.`

const placeOf = (audience: Audience): string => (audience.tag === 'All' ? `${toldToAll}.` : placeOfNode(audience.node))

/** The subjects that a node is to read, and no others. */
export const nodeFeedSubjectsOf = (node: string): readonly string[] => [toldToAll, `${placeOfNode(node)}>`]

/** How far the feed is where a message stands that carries one, for whom it is told. */
export interface FeedMark {
  /** The log up to here is on the feed. */
  readonly through: Sequence
  /** Who has read the feed from here or before has all of it. */
  readonly base: number
  /** An event that the log has as long as what is told is of that log; the newest one then. */
  readonly tip?: { readonly sequence: Sequence; readonly id: string }
}

/** A message of the feed: objects, or how far the feed is, or both. */
export interface NodeFeedMessage extends FeedPoint {
  /** Whom it is for, and its mark with it. */
  readonly audience: Audience
  /** What its audience was told before it: of all nodes where it is for all, else of that node alone. */
  readonly after: FeedChain
  /** Any number that all nodes are told, or one that one node is. */
  readonly objects: readonly ToldObject[]
  readonly mark?: FeedMark
}

/** Where the writer stands with a message. */
export interface Written {
  /** Anew whenever he goes on from what he finds on the feed. */
  readonly run: string
  readonly after: FeedChain
}

const whole = /^\d{1,16}$/

const formHeader = 'Periplus-Form'
const markHeader = 'Periplus-Mark'
const objectHeader = 'Periplus-Object'
const versionHeader = 'Periplus-Version'
const uidHeader = 'Periplus-Uid'
const tipHeader = 'Periplus-Tip'
const runHeader = 'Periplus-Run'
const afterHeader = 'Periplus-After'
/** Bytes of what is deflated. */
const deflatedHeader = 'Periplus-Deflated'
const expectedHeader = 'Nats-Expected-Last-Sequence'

const markLines = (mark: FeedMark | undefined): Publication['headers'] =>
  mark
    ? [
        [markHeader, `${mark.through} ${mark.base}`],
        ...(mark.tip ? [[tipHeader, `${mark.tip.sequence} ${headerText(mark.tip.id)}`] as const] : []),
      ]
    : []

/** An object's message, with a mark where its audience has all up to there with it. */
export const objectMessage = (told: ToldToNode, { run, after }: Written, mark?: FeedMark): Publication => {
  const { ref, sequence, uid, body, audience } = told
  const full = fullSubjectOf(ref)
  const own = after.alone.get(audience.node)
  return {
    subject: placeOfNode(audience.node) + subjectOf(ref).slice(logPrefix.length),
    headers: [
      [runHeader, run],
      [afterHeader, [after.general, ...(own ? [own] : [])].map(pointText).join(' ')],
      [formHeader, String(form)],
      [versionHeader, String(sequence)],
      [uidHeader, headerText(uid)],
      ...(full === subjectOf(ref) ? [] : [[objectHeader, full] as const]),
      ...markLines(mark),
    ],
    data: body ?? new Uint8Array(),
  }
}

/** What all nodes are told, and how far the feed is with it. */
export const generalMessage = (all: readonly ToldToAll[], { run, after }: Written, mark?: FeedMark): Publication => {
  const { data, deflated } = together(all, after)
  return {
    subject: toldToAll,
    headers: [
      [runHeader, run],
      [afterHeader, pointText(after.general)],
      [formHeader, String(form)],
      ...(deflated === undefined ? [] : [[deflatedHeader, String(deflated)] as const]),
      ...markLines(mark),
    ],
    data,
  }
}

type Values = ReadonlyMap<string, string>

const valuesOf = (headers: string): Values =>
  new Map(
    headers.split('\r\n').map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const),
  )

const markOf = (values: Values): FeedMark | undefined => {
  const [through = '', base = ''] = values.get(markHeader)?.split(' ') ?? []
  if (![through, base].every(number => whole.test(number))) return undefined
  const [sequence = '', id = ''] = values.get(tipHeader)?.split(' ') ?? []
  return {
    ...{ through: Number(through), base: Number(base) },
    ...(whole.test(sequence) ? { tip: { sequence: Number(sequence), id: textOfHeader(id) } } : {}),
  }
}

/** What of a message of the feed is read. */
type Stored = Omit<StoredMessage, 'time'>
type Read = Pick<NodeFeedMessage, 'audience' | 'after' | 'objects'>

const readOwn = ({ subject, data }: Stored, values: Values, [general, own]: readonly FeedPoint[]): Read | undefined => {
  const [, token = '', object = ''] = /^nodes\.to\.([^.]+)\.(.+)$/.exec(subject) ?? []
  const sequence = values.get(versionHeader) ?? ''
  const ref = refOfSubject(logPrefix + object, values.get(objectHeader))
  if (!general || !ref || !whole.test(sequence)) return undefined
  const node = token.replaceAll('_', '.')
  const audience = { tag: 'Node', node } as const
  const uid = textOfHeader(values.get(uidHeader) ?? '')
  const told = { ref, audience, sequence: Number(sequence), uid, ...(data.length === 0 ? {} : { body: data }) }
  return { audience, after: { general, alone: new Map(own ? [[node, own]] : []) }, objects: [told] }
}

const readGeneral = ({ data }: Stored, values: Values, [general]: readonly FeedPoint[]): Read | undefined => {
  if (!general) return undefined
  const deflated = values.get(deflatedHeader)
  const { alone, objects } = readTogether({ data, ...(deflated ? { deflated: Number(deflated) } : {}) }, general)
  return { audience: { tag: 'All' }, after: { general, alone }, objects }
}

/**
 * What a message says; `undefined` for what is none of the writer's. NATS lets whoever may ask it anything have the answer stored at any subject;
 * what the writer stores follows the message before it, and the server takes no second one that says so.
 */
export const readNodeFeed = (message: Stored): NodeFeedMessage | undefined => {
  const values = valuesOf(message.headers)
  if (values.get(expectedHeader) !== String(message.sequence - 1)) return undefined
  if (values.get(formHeader) !== String(form)) return undefined
  const after = pointsOf(values.get(afterHeader) ?? '') ?? []
  const read = message.subject === toldToAll ? readGeneral(message, values, after) : readOwn(message, values, after)
  const mark = markOf(values)
  if (!read || (read.objects.length === 0 && !mark)) return undefined
  return { at: message.sequence, run: values.get(runHeader) ?? '', ...read, ...(mark ? { mark } : {}) }
}

/** What tells an object's messages to one audience from all others. */
export const toldKey = ({ audience, ref }: Pick<ToldObject, 'audience' | 'ref'>): string =>
  placeOf(audience) + fullSubjectOf(ref).slice(logPrefix.length)

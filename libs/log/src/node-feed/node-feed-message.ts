import { deflateRawSync, inflateRawSync } from 'node:zlib'
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
/** All that every node is told. One subject: a server that looks for a reader's next message looks for the fewer the better. */
const toldToAll = 'nodes.all'

/** What a message's form is counted as: a reader and a writer of another form do not understand each other. */
const form = 3

/** For all nodes, or for one, by its name. */
export type Audience = { readonly tag: 'All' } | { readonly tag: 'Node'; readonly node: string }

/** The beginning of what a node is told alone. */
const placeOfNode = (node: string): string => `nodes.to.${subjectToken(node)}.`

const placeOf = (audience: Audience): string => (audience.tag === 'All' ? `${toldToAll}.` : placeOfNode(audience.node))

/** The subjects that a node is to read, and no others. */
export const nodeFeedSubjectsOf = (node: string): readonly string[] => [toldToAll, `${placeOfNode(node)}>`]

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

/** A message of the feed: objects, or how far the feed is, or both. */
export interface NodeFeedMessage {
  /** In the feed. */
  readonly at: number
  /** Any number that all nodes are told, or one that one node is. */
  readonly objects: readonly ToldObject[]
  readonly mark?: FeedMark
  /** It is for all nodes, and so is its mark. */
  readonly isGeneral: boolean
}

const whole = /^\d{1,16}$/

const formHeader = 'Periplus-Form'
const markHeader = 'Periplus-Mark'
const objectHeader = 'Periplus-Object'
const versionHeader = 'Periplus-Version'
const uidHeader = 'Periplus-Uid'
const tipHeader = 'Periplus-Tip'
const runHeader = 'Periplus-Run'
/** Bytes of what is deflated. */
const deflatedHeader = 'Periplus-Deflated'
const expectedHeader = 'Nats-Expected-Last-Sequence'

const markLines = (mark: FeedMark | undefined): Publication['headers'] =>
  mark
    ? [
        [markHeader, [mark.through, mark.prior, mark.base].join(' ')],
        ...(mark.tip ? [[tipHeader, `${mark.tip.sequence} ${headerText(mark.tip.id)}`] as const] : []),
      ]
    : []

/** An object that one node is told of. */
export type ToldToNode = ToldObject & { readonly audience: { readonly tag: 'Node' } }
/** An object that all nodes are told of. */
export type ToldToAll = ToldObject & { readonly audience: { readonly tag: 'All' } }

/**
 * An object's message, with a mark where its audience has all up to there with it. `run`: of the writer, anew whenever he goes on from what he finds on the
 * feed, so that no two messages are alike: nothing there is synced, and what was lost and is written again is told by it from what was read.
 */
export const objectMessage = (told: ToldToNode, run: string, mark?: FeedMark): Publication => {
  const { ref, sequence, uid, body, audience } = told
  const full = fullSubjectOf(ref)
  return {
    subject: placeOfNode(audience.node) + subjectOf(ref).slice(logPrefix.length),
    headers: [
      [runHeader, run],
      [formHeader, String(form)],
      [versionHeader, String(sequence)],
      [uidHeader, headerText(uid)],
      ...(full === subjectOf(ref) ? [] : [[objectHeader, full] as const]),
      ...markLines(mark),
    ],
    data: body ?? new Uint8Array(),
  }
}

/** Of objects that are told together, each a line of JSON that says how many bytes follow it, and those. */
const together = (all: readonly ToldToAll[]): Uint8Array =>
  Buffer.concat(
    all.flatMap(({ ref: { group, resource, namespace, name }, sequence, uid, body }) => [
      Buffer.from(`${JSON.stringify([group, resource, namespace, name, sequence, uid, body?.length ?? -1])}\n`),
      body ?? new Uint8Array(),
    ]),
  )

/** Below this, what is deflated is hardly smaller. */
const worthDeflating = 512

/**
 * What all nodes are told, and how far the feed is with it. Objects of whole rounds stand together, and deflated (RFC 1951), as each message is sent once
 * to every node, and copied for each by the server before.
 */
export const generalMessage = (all: readonly ToldToAll[], run: string, mark?: FeedMark): Publication => {
  const objects = together(all)
  const smaller = objects.length < worthDeflating ? objects : deflateRawSync(objects, { level: 1 })
  const isDeflated = smaller.length < objects.length
  return {
    subject: toldToAll,
    headers: [
      [runHeader, run],
      [formHeader, String(form)],
      ...(isDeflated ? [[deflatedHeader, String(objects.length)] as const] : []),
      ...markLines(mark),
    ],
    data: isDeflated ? smaller : objects,
  }
}

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

const objectOf = ({ subject, data }: StoredMessage, values: ReadonlyMap<string, string>): readonly ToldObject[] => {
  const [, node = '', object = ''] = /^nodes\.to\.([^.]+)\.(.+)$/.exec(subject) ?? []
  const sequence = values.get(versionHeader) ?? ''
  const ref = refOfSubject(logPrefix + object, values.get(objectHeader))
  if (!ref || !whole.test(sequence)) return []
  return [
    {
      ref,
      audience: { tag: 'Node', node: node.replaceAll('_', '.') },
      sequence: Number(sequence),
      uid: textOfHeader(values.get(uidHeader) ?? ''),
      ...(data.length === 0 ? {} : { body: data }),
    },
  ]
}

type Line = readonly [string, string, string, string, number, string, number]

const inflated = (data: Uint8Array, bytes: string | undefined): Uint8Array =>
  bytes === undefined ? data : inflateRawSync(data, { maxOutputLength: Number(bytes) })

const objectsIn = (data: Uint8Array): readonly ToldObject[] => {
  const found: ToldObject[] = []
  const newline = 10
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(newline, at) + 1
    const line = Buffer.from(data.subarray(at, end)).toString()
    const [group, resource, namespace, name, sequence, uid, bytes] = JSON.parse(line) as Line
    at = end + Math.max(0, bytes)
    found.push({
      ...{ ref: { group, resource, namespace, name }, audience: { tag: 'All' }, sequence, uid },
      ...(bytes < 0 ? {} : { body: data.subarray(end, at) }),
    })
  }
  return found
}

/**
 * What a message says; `undefined` for what is none of the writer's. NATS lets whoever may ask it anything have the answer stored at any subject;
 * what the writer stores follows the message before it, and the server takes no second one that says so.
 */
export const readNodeFeed = (message: StoredMessage): NodeFeedMessage | undefined => {
  const values = valuesOf(message.headers)
  if (values.get(expectedHeader) !== String(message.sequence - 1)) return undefined
  if (values.get(formHeader) !== String(form)) return undefined
  const mark = markOf(values)
  const isGeneral = message.subject === toldToAll
  const objects = isGeneral ? objectsIn(inflated(message.data, values.get(deflatedHeader))) : objectOf(message, values)
  if (objects.length === 0 && !mark) return undefined
  return { at: message.sequence, isGeneral, objects, ...(mark ? { mark } : {}) }
}

/** What tells an object's messages to one audience from all others. */
export const toldKey = ({ audience, ref }: Pick<ToldObject, 'audience' | 'ref'>): string =>
  placeOf(audience) + fullSubjectOf(ref).slice(logPrefix.length)

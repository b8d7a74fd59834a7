import type { ObjectRef } from '@periplus/api'
import type { Publication, StoredMessage } from '@periplus/bus'
import { toldOf } from '../encoding/cloud-event.ts'
import { headerText, textOfHeader } from '../encoding/header-text.ts'
import { subjectOf } from '../encoding/subject.ts'
import type { RecordedEvent, Sequence } from '../event.ts'

/** Which objects nothing is told of. */
export type Withheld = (ref: ObjectRef) => boolean

const logPrefix = 'objects.'
const prefix = 'events.'

/** All that is on the feed. */
export const feedSubjects = `${prefix}>`

/** Of what one reader alone is told about the feed itself. */
export const noticeSubject = (reader: string): string => `notices.${reader}`

/** Of an object's events on the feed: `events.<group>.<resource>.<namespace>.<name>`, with the log's tokens. */
export const feedSubjectOf = (ref: ObjectRef): string => prefix + subjectOf(ref).slice(logPrefix.length)

/**
 * Whether an event is for those outside. Nothing of a Secret is, nor of what is sealed or was when it was written; nor heartbeats and
 * readings, of which the log itself keeps the newest alone.
 */
export const isTold = ({ ref, sealed, stored, rollup }: RecordedEvent, withheld: Withheld): boolean =>
  !rollup && sealed === undefined && stored === undefined && !isSecret(ref) && !withheld(ref)

const isSecret = ({ group, resource }: ObjectRef): boolean => group === '' && resource === 'secrets'

const sequenceHeader = 'ce-sequence'
const throughHeader = 'Periplus-Through'

/**
 * An event as the feed has it: a CloudEvent of its own with the object as it then was. `ce-sequence` is its place in the log, and so the
 * object's resourceVersion; `ce-prior` that of the object's event before it. `Periplus-Through`: how far the log is on the feed with it.
 */
export const feedMessage = (cluster: string, event: RecordedEvent): Publication => ({
  subject: feedSubjectOf(event.ref),
  headers: [
    ...toldOf(cluster, event),
    [sequenceHeader, String(event.sequence)],
    ['ce-prior', String(event.previous)],
    [throughHeader, String(event.sequence)],
  ],
  data: event.body,
})

/** What a reader is told whose next messages are gone: what it knows is not whole, and it begins anew at the feed's beginning. */
export const beginAnewType = 'io.periplus.feed.begin-anew.v1'

/** Tells one reader to begin anew. `id`: of this notice. */
export const beginAnew = (
  cluster: string,
  reader: string,
  { id, time }: { readonly id: string; readonly time: string },
): Publication => ({
  subject: noticeSubject(reader),
  headers: [
    ['ce-specversion', '1.0'],
    ['ce-id', id],
    ['ce-source', headerText(`/clusters/${cluster}/feed`)],
    ['ce-type', beginAnewType],
    ['ce-time', time],
  ],
  data: new Uint8Array(),
})

const linesOf = ({ headers }: Pick<StoredMessage, 'headers'>): readonly (readonly [string, string])[] =>
  headers
    .split('\r\n')
    .map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const)
    .filter(([name]) => name !== '')

const valueOf = (message: Pick<StoredMessage, 'headers'>, header: string): string => {
  const value = linesOf(message).find(([name]) => name === header)?.[1]
  if (value === undefined) throw new Error(`a message of the feed has no ${header}`)
  return value
}

const numberOf = (message: Pick<StoredMessage, 'headers'>, header: string): Sequence => {
  const number = Number(valueOf(message, header))
  if (!Number.isSafeInteger(number)) throw new Error(`a message of the feed has ${number} as ${header}`)
  return number
}

/** The uid of the object that a message is about. Throws for what is none of ours. */
export const uidOf = (message: Pick<StoredMessage, 'headers'>): string => textOfHeader(valueOf(message, 'ce-uid'))

/** Where in the log a message's event is. Throws for what is none of ours. */
export const sequenceOf = (message: Pick<StoredMessage, 'headers'>): Sequence => numberOf(message, sequenceHeader)

/** How far the log is on the feed with a message. Throws for what is none of ours. */
export const throughOf = (message: Pick<StoredMessage, 'headers'>): Sequence => numberOf(message, throughHeader)

/** The same event once more, for those who come later; whoever knows it sees that by its sequence. */
export const toldAgain = (message: StoredMessage, through: Sequence): Publication => ({
  subject: message.subject,
  headers: linesOf(message)
    .filter(([name]) => name.startsWith('ce-'))
    .concat([[throughHeader, String(through)]]),
  data: message.data,
})

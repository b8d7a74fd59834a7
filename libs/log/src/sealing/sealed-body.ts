import { E, asBuffer, decrypt, encrypt } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fullSubjectOf } from '../encoding/subject.ts'
import type { NewEvent, RecordedEvent } from '../event.ts'

/** `ce-sealed` of what is sealed so. */
const sealedForm = 'v1'

/** On an object whose sealed part cannot be read: why. */
export const unreadableAnnotation = 'periplus.io/unreadable'

/** What stands in the open: an object is found, owned and collected by its metadata. Annotations may hold all of it. */
interface Open {
  readonly apiVersion?: string
  readonly kind?: string
  readonly type?: string
  readonly metadata: Readonly<Record<string, unknown>>
}

type Sealable = Pick<NewEvent, 'ref' | 'uid' | 'body'> & { readonly admission?: string }

/** What a ciphertext is bound to: it means nothing as the body of another object. */
const aboutOf = ({ ref, uid }: Pick<NewEvent, 'ref' | 'uid'>): string => `${fullSubjectOf(ref)}/${uid}`

const lengthBytes = 4

const jsonOf = (body: Uint8Array): Open & { readonly sealed?: unknown } => JSON.parse(asBuffer(body).toString()) as Open

/** A Secret's type says what it is for, and fields are selected by it. */
const openPart = ({ group, resource }: NewEvent['ref'], { apiVersion, kind, type, metadata }: Open): Open => {
  const { annotations: _annotations, managedFields: _managedFields, ...open } = metadata
  const isSecret = group === '' && resource === 'secrets'
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: open,
    ...(isSecret && type !== undefined ? { type } : {}),
  }
}

/** Whether an object is itself what is left of one that could not be read, and whether this event begins or is its end. */
export const completeness = ({
  type,
  body,
}: Pick<NewEvent, 'type' | 'body'>): { readonly unreadable: string | undefined; readonly ends: boolean } => {
  const { annotations, deletionTimestamp } = jsonOf(body).metadata
  const said = (annotations as Readonly<Record<string, string>> | undefined)?.[unreadableAnnotation]
  return { unreadable: said, ends: type === 'deleted' || deletionTimestamp !== undefined }
}

/** The event as it goes to the log: body and what webhooks said, which may repeat it, are sealed as one. */
export const sealEvent = <A extends Sealable>(dataKey: Buffer, event: A): A & { readonly sealed: string } => {
  const { body, admission, ...rest } = event
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32LE(body.length)
  const text = Buffer.concat([length, body, Buffer.from(admission ?? '')])
  const sealed = encrypt(dataKey, aboutOf(event), text).toString('base64')
  const stands = { ...openPart(event.ref, jsonOf(body)), sealed }
  return { ...(rest as A), body: Buffer.from(JSON.stringify(stands)), sealed: sealedForm }
}

/** The event that was sealed, byte for byte; left: why not. */
export const openEvent = (dataKey: Buffer, stored: RecordedEvent): Either<string, RecordedEvent> => {
  if (stored.sealed !== sealedForm) return E.left(`it is sealed in a form that is not known here (${stored.sealed})`)
  const { sealed: _form, ...rest } = stored
  // A tombstone of a projection has no body.
  if (stored.body.length === 0) return E.right({ ...rest, stored })
  const { sealed } = jsonOf(stored.body)
  const text = typeof sealed === 'string' ? decrypt(dataKey, aboutOf(stored), Buffer.from(sealed, 'base64')) : undefined
  if (!text) return E.left('it is not what was sealed with its key')
  const end = lengthBytes + text.readUInt32LE(0)
  const admission = text.toString('utf8', end)
  return E.right({
    ...rest,
    stored,
    body: text.subarray(lengthBytes, end),
    ...(admission === '' ? {} : { admission }),
  })
}

/** The event without what is sealed in it, which says why. */
export const withoutSealed = (stored: RecordedEvent, unreadable: string): RecordedEvent => {
  const { sealed: _form, ...rest } = stored
  if (stored.body.length === 0) return { ...rest, stored, unreadable }
  const { sealed: _sealed, ...open } = jsonOf(stored.body)
  const metadata = { ...open.metadata, annotations: { [unreadableAnnotation]: unreadable } }
  return { ...rest, stored, unreadable, body: Buffer.from(JSON.stringify({ ...open, metadata })) }
}

import { E, asBuffer, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { StoredMessage } from '@periplus/bus'
import type { Origin, RecordedEvent } from '../event.ts'
import { mayBeKindOf, whyNot } from './body-check.ts'
import { readableSubject } from './cloud-event.ts'
import { fitsChecksum } from './digest.ts'
import { typeOfHeader } from './event-types.ts'
import { headerText, textOfHeader } from './header-text.ts'
import { at, valuesOf } from './header-values.ts'
import type { HeaderValues } from './header-values.ts'
import { refOfSubject } from './subject.ts'
import { upcastMessage } from './upcasting.ts'
import type { Upcaster } from './upcasting.ts'

const noCauses: readonly number[] = []

/** Components are few, and every event names one. */
const components = new Map<string, string>()
const mostComponents = 1_000

const componentOf = (source: string): string => {
  const known = components.get(source)
  if (known !== undefined) return known
  const component = textOfHeader(source.slice(source.indexOf('/', '/clusters/'.length) + 1))
  if (components.size >= mostComponents) components.clear()
  components.set(source, component)
  return component
}

const originOf = (values: HeaderValues): Origin => {
  const actor = textOfHeader(values[at.actor] ?? '')
  const component = componentOf(values[at.source] ?? '')
  const causesText = values[at.causes]
  const causes = causesText ? causesText.split(',').map(Number) : noCauses
  const correlationId = textOfHeader(values[at.correlationId] ?? '')
  const decisionId = values[at.decisionId]
  return decisionId === undefined
    ? { actor, component, causes, correlationId }
    : { actor, component, causes, decisionId: textOfHeader(decisionId), correlationId }
}

/** The beginning that the readable subjects of a busy moment share. */
let shared: { readonly like: ObjectRef; readonly text: string } | undefined

const beginningOf = (ref: ObjectRef): string => {
  const { group, resource, namespace } = ref
  const known = shared?.like
  if (shared && known?.resource === resource && known.namespace === namespace && known.group === group)
    return shared.text
  shared = { like: ref, text: headerText(readableSubject({ ...ref, name: '' })) }
  return shared.text
}

const isReadableSubject = (text: string, ref: ObjectRef): boolean => {
  const beginning = beginningOf(ref)
  if (!text.startsWith(beginning)) return false
  const name = ref.name
  return text.length === beginning.length + name.length && text.endsWith(name)
    ? !name.includes('%')
    : text === headerText(readableSubject(ref))
}

/** What the headers must be for an event to be one of this object; `undefined` where they are. */
const wrongHeader = (values: HeaderValues, ref: ObjectRef, sequence: number): string | undefined => {
  const { [at.previous]: previous, [at.subject]: subject } = values
  if (Number(previous) >= sequence) return `its ce-previous is ${previous}`
  return subject === undefined || isReadableSubject(subject, ref) ? undefined : `its ce-subject is ${subject}`
}

/**
 * What the body must be; `undefined` where it is. One with a digest was looked at when it was appended, and is the same still; one
 * without (from before digests, or a stranger's) is parsed, which takes longer than all the rest.
 */
const wrongBody = (
  { data }: Pick<StoredMessage, 'data'>,
  digest: string | undefined,
  ref: ObjectRef,
  uid: string,
): string | undefined => {
  if (digest !== undefined) return fitsChecksum(digest, data) ? undefined : 'its body is not the one that was written'
  const json = asBuffer(data)
  return whyNot(json, ref, uid) ?? (mayBeKindOf(json, ref.resource) ? undefined : 'its body is of another kind')
}

/** The object that a message is about; `undefined` for what isn't one of ours. */
const refOfMessage = (subject: string, values: HeaderValues): ObjectRef | undefined =>
  refOfSubject(subject, values[at.fullSubject])

/**
 * The event of a stored message, brought to the present shape. Left: why it is none, in words that follow its sequence. A pure
 * function of the message: whoever reads the log sets the same messages aside, so that all cuts agree.
 */
export const eventOf = (message: StoredMessage, upcasters: readonly Upcaster[] = []): Either<string, RecordedEvent> => {
  try {
    return readEvent(message, upcasters)
  } catch (error) {
    // Percent signs that encode nothing, mostly.
    return E.left(`it cannot be decoded (${messageOf(error)})`)
  }
}

const readEvent = (message: StoredMessage, upcasters: readonly Upcaster[]): Either<string, RecordedEvent> => {
  const { sequence, subject } = message
  const stored = valuesOf(message.headers)
  if (typeof stored === 'string') return E.left(stored)
  const ref = refOfMessage(subject, stored)
  if (!ref) return E.left('its subject is no object')
  const { headers, data } = upcasters.length === 0 ? message : upcastMessage(message, upcasters)
  const values = headers === message.headers ? stored : valuesOf(headers)
  if (typeof values === 'string') return E.left(values)
  const type = typeOfHeader(values[at.type] ?? '')
  if (!type) return E.left(`its ce-type is ${values[at.type]}`)
  const uid = textOfHeader(values[at.uid] ?? '')
  const wrong = wrongHeader(values, ref, sequence) ?? wrongBody(message, stored[at.digest], ref, uid)
  if (wrong !== undefined) return E.left(wrong)
  const event: RecordedEvent = {
    sequence,
    id: textOfHeader(values[at.id] ?? ''),
    type,
    ref,
    uid,
    previous: Number(values[at.previous]),
    origin: originOf(values),
    time: values[at.time] ?? '',
    body: data,
  }
  const { [at.admission]: admission, [at.sealed]: sealed } = values
  const told = admission === undefined ? event : { ...event, admission: textOfHeader(admission) }
  const closed = sealed === undefined ? told : { ...told, sealed: textOfHeader(sealed) }
  // Kept by the server like any other header.
  return E.right(values[at.rollup] === undefined ? closed : { ...closed, rollup: true })
}

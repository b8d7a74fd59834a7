import { createHash } from 'node:crypto'
import { toJson } from '@periplus/api'
import type { AdmissionNote } from '../admission/note.ts'

/** As much as an event tells of who was asked about it, in characters of JSON. */
const mostText = 2_000

const digestOf = (value: unknown): string => `sha256:${createHash('sha256').update(toJson(value)).digest('base64url')}`

/** Of what is long enough to push out the rest. */
const mostOfAnnotation = 300

const briefly = (annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(annotations).map(([key, text]) => [
      key,
      text.length > mostOfAnnotation ? `${text.slice(0, mostOfAnnotation)}...` : text,
    ]),
  )

const shortened = (note: AdmissionNote): AdmissionNote => ({
  by: note.by,
  ...(note.patch === undefined ? {} : { patch: digestOf(note.patch) }),
  ...(note.failedOpen ? { failedOpen: true } : {}),
  ...(note.annotations === undefined ? {} : { annotations: briefly(note.annotations) }),
})

/**
 * What an event tells of the webhooks that were asked about it: each with its patch, or where that would be too much, a digest of the
 * patch and the beginning of each annotation, or a digest of all that is told. The object in the event is what came out, so that nobody has to ask them again.
 */
export const admissionOf = (notes: readonly AdmissionNote[]): { readonly admission?: string } => {
  if (notes.length === 0) return {}
  const whole = toJson(notes)
  if (whole.length <= mostText) return { admission: whole }
  const short = toJson(notes.map(shortened))
  return {
    admission: short.length <= mostText ? short : toJson([{ by: `${notes.length} webhooks`, all: digestOf(notes) }]),
  }
}

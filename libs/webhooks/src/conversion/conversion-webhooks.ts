import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { groupVersion, needsConversion, toJson } from '@periplus/api'
import type { ConversionWebhook, Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { WebhookClient } from '../webhook-client.ts'
import { convertedObjects, restored } from './conversion-answer.ts'

/**
 * Brings objects, in whichever versions of a resource they are, into that of `kind`. Left: what is said of all of them, as one could
 * not be converted. Never rejects.
 */
export type ConvertObjects = (
  kind: Kind,
  objects: readonly KubernetesObject[],
) => Promise<Either<Refusal, readonly KubernetesObject[]>>

/** Who asks, and what names the questions. */
export interface ConversionWebhooksOptions {
  readonly client: WebhookClient
  readonly newId: () => string
}

/** As long as Kubernetes waits, which takes this from nobody's configuration. */
const timeoutMilliseconds = 30_000
/** Asked about at once, so that reading the answer holds up nobody. */
const mostObjects = 500
const mostAsked = 1024 * 1024
/** Of an answer, which has the objects in another form. */
const mostBytes = 8 * 1024 * 1024

const reviewVersions: readonly string[] = ['v1', 'v1beta1']

/** Conversion by the webhooks of CustomResourceDefinitions. */
export const conversionWebhooks = (options: ConversionWebhooksOptions): ConvertObjects => {
  return async (kind, objects) => {
    const result = [...objects]
    const asked = objects.flatMap((object, i) => (needsConversion(kind, object) ? [i] : []))
    for (const batch of batches(asked, i => toJson(objects[i]))) {
      const answer = await askOnce(options, kind, batch)
      if (E.isLeft(answer)) return E.left({ tag: 'InternalError', message: `${nameOf(kind)} ${answer.left}` })
      for (const [at, converted] of answer.right.entries()) {
        if (sharedTurn.isOver()) await sharedTurn.next()
        const position = batch.positions[at] ?? 0
        const one = restored(objects[position] as KubernetesObject, converted, kind)
        if (E.isLeft(one))
          return E.left({ tag: 'InternalError', message: `${nameOf(kind)} returned invalid ${one.left}` })
        result[position] = one.right
      }
    }
    return E.right(result.map(object => kind.asRead?.(object as Stored<KubernetesObject>) ?? object))
  }
}

const nameOf = (kind: Kind): string => `conversion webhook for ${groupVersion(kind)}, Kind=${kind.kind}`

interface Batch {
  readonly positions: readonly number[]
  readonly texts: readonly string[]
}

const batches = (positions: readonly number[], textOf: (position: number) => string): readonly Batch[] => {
  const made: { positions: number[]; texts: string[]; size: number }[] = []
  for (const position of positions) {
    const text = textOf(position)
    const last = made.at(-1)
    if (last && last.positions.length < mostObjects && last.size + text.length <= mostAsked) {
      last.positions.push(position)
      last.texts.push(text)
      last.size += text.length
    } else made.push({ positions: [position], texts: [text], size: text.length })
  }
  return made
}

const reviewVersionOf = ({ reviewVersions: accepted }: ConversionWebhook): string | undefined =>
  accepted.find(version => reviewVersions.includes(version))

const askOnce = async (
  { client, newId }: ConversionWebhooksOptions,
  kind: Kind,
  { texts }: Batch,
): Promise<Either<string, readonly unknown[]>> => {
  const by = kind.convertedBy
  const version = by && reviewVersionOf(by)
  if (!by || version === undefined) return E.left('failed: no supported conversion review versions')
  const uid = newId()
  const head = { uid, desiredAPIVersion: groupVersion(kind) }
  const opening = `{"kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/${version}","request":${JSON.stringify(head).slice(0, -1)},"objects":[`
  const body = [Buffer.from(opening), Buffer.from(texts.join(',')), Buffer.from(']}}')]
  const answer = await client.call({ address: by.clientConfig, body, timeoutMilliseconds, mostBytes })
  if (E.isLeft(answer)) return E.left(`failed: ${answer.left.message}`)
  const converted = convertedObjects(answer.right, uid, version)
  if (E.isLeft(converted)) return E.left(`failed: ${converted.left}`)
  return converted.right.length === texts.length
    ? converted
    : E.left(`returned ${converted.right.length} objects, expected ${texts.length}`)
}

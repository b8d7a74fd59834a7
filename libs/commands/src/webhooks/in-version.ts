import { createHash } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { inVersion, needsConversion, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { ConvertObjects } from '@periplus/webhooks'
import type { InVersion } from '../stages/stage.ts'
import { timedOut } from './ask.ts'
import type { WebhookSession } from './webhook-admission.ts'

const keyOf = ({ group, version }: Kind, object: KubernetesObject): string =>
  createHash('sha256').update(`${group}/${version}\n`).update(toJson(object)).digest('base64')

/** Objects in the versions of commands: by what kinds know, or by their conversion webhooks, which are asked once in a session. */
export const versionsBy =
  (convert: ConvertObjects | undefined, session: WebhookSession, clock: Clock): InVersion =>
  (kind, object) => {
    if (!needsConversion(kind, object)) return E.right(inVersion(kind, object as Stored<KubernetesObject>))
    const key = keyOf(kind, object)
    const known = session.conversions.get(key)
    if (known) return E.isLeft(known) ? E.left({ refusal: known.left }) : known
    if (!convert) return E.left({ refusal: { tag: 'NotBuilt', message: 'this process asks no conversion webhooks' } })
    if (!session.mayAsk) return E.left({ refusal: timedOut, asksFirst: true })
    session.askedAt ??= clock.now()
    return convert(kind, [object]).then(answer => {
      const one = E.map(([converted = object]: readonly KubernetesObject[]) => converted)(answer)
      session.conversions.set(key, one)
      return E.isLeft(one) ? E.left({ refusal: one.left }) : one
    })
  }

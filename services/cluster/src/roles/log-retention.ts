import { parseDuration, parseQuantity, wholeValue } from '@periplus/api'
import { Namespace } from '@periplus/kinds'
import type { LogRetention } from '@periplus/log-stream'
import { E } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'

/** On a Namespace: how old, and how much, its containers' lines in the log stream may become, such as `168h` and `1Gi`. */
const retentionAnnotations = {
  age: 'logs.periplus.io/retention-age',
  bytes: 'logs.periplus.io/retention-bytes',
} as const

/** What namespaces say; what cannot be read says nothing. */
export const logRetentions = (cut: Pick<Cut, 'list'>): ReadonlyMap<string, LogRetention> =>
  new Map(
    cut.list(Namespace).flatMap(({ metadata }) => {
      const { age = '', bytes = '' } = {
        age: metadata.annotations?.[retentionAnnotations.age],
        bytes: metadata.annotations?.[retentionAnnotations.bytes],
      }
      const [longest, most] = [parseDuration(age), parseQuantity(bytes)]
      const retention = {
        ...(E.isRight(longest) && longest.right > 0 ? { mostMilliseconds: longest.right } : {}),
        ...(E.isRight(most) && most.right.nanos > 0n ? { mostBytes: Number(wholeValue(most.right)) } : {}),
      }
      return Object.keys(retention).length > 0 ? [[metadata.name, retention] as const] : []
    }),
  )

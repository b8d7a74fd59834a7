import { parseQuantity, wholeValue } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bandwidth } from '@periplus/runtime'

const annotations = { ingress: 'kubernetes.io/ingress-bandwidth', egress: 'kubernetes.io/egress-bandwidth' } as const

/** In bits a second. */
const least = 1_000
const most = 1e15

export const asksForBandwidth = ({ metadata }: Pod): boolean =>
  Object.values(annotations).some(name => Object.hasOwn(metadata?.annotations ?? {}, name))

/**
 * What a pod's annotations say of its bandwidth, read by Kubernetes' rules (`pkg/util/bandwidth`); `undefined`: nothing. Like the
 * kubelet's runtimes, and unlike the API, the node refuses what cannot be read.
 */
export const podBandwidth = (pod: Pod): Either<string, Bandwidth | undefined> => {
  if (!asksForBandwidth(pod)) return E.right(undefined)
  const ingress = bitsPerSecond(pod, annotations.ingress)
  if (E.isLeft(ingress)) return ingress
  const egress = bitsPerSecond(pod, annotations.egress)
  if (E.isLeft(egress)) return egress
  return E.right({
    ...(ingress.right !== undefined && { ingress: ingress.right }),
    ...(egress.right !== undefined && { egress: egress.right }),
  })
}

const bitsPerSecond = ({ metadata }: Pod, name: string): Either<string, number | undefined> => {
  const given = metadata?.annotations ?? {}
  if (!Object.hasOwn(given, name)) return E.right(undefined)
  const refuse = (why: string): Either<string, never> => E.left(`annotation ${name}: ${why}`)
  const quantity = parseQuantity(given[name] ?? '')
  if (E.isLeft(quantity)) return refuse(quantity.left)
  const bits = Number(wholeValue(quantity.right))
  if (bits < least) return refuse('resource is unreasonably small (< 1kbit)')
  if (bits > most) return refuse('resource is unreasonably large (> 1Pbit)')
  return E.right(bits)
}

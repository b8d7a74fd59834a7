import type { Pod } from '@periplus/kinds'
import { appContainersOf, initContainersOf } from '../plan/containers.ts'
import { milliValue } from '../resources/quantity.ts'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/**
 * Kubernetes' quality of service: BestEffort without cpu and memory figures, Guaranteed where limits equal requests everywhere.
 * Where the pod itself has figures, its containers' do not count; a figure of zero is none.
 */
export const qosClassOf = (pod: Pod): QosClass => {
  const own = pod.spec?.resources
  const figures = own
    ? [own]
    : [...initContainersOf(pod), ...appContainersOf(pod)].map(({ resources }) => resources ?? {})
  if (figures.every(isEmpty)) return 'BestEffort'
  return figures.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

interface Figures {
  readonly limits?: Readonly<Record<string, string>>
  readonly requests?: Readonly<Record<string, string>>
}

const counted = ['cpu', 'memory'] as const

const isEmpty = ({ limits, requests }: Figures): boolean =>
  counted.every(name => milliValue(limits?.[name]) === 0 && milliValue(requests?.[name]) === 0)

const isGuaranteed = ({ limits, requests }: Figures): boolean =>
  counted.every(name => {
    const limit = milliValue(limits?.[name])
    return limit > 0 && (requests?.[name] === undefined || milliValue(requests[name]) === limit)
  })

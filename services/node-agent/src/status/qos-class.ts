import type { Container, Pod } from '@periplus/kinds'
import { appContainersOf, initContainersOf } from '../plan/containers.ts'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/** Kubernetes' quality of service: BestEffort without cpu and memory figures, Guaranteed where limits equal requests everywhere. */
export const qosClassOf = (pod: Pod): QosClass => {
  const containers = [...initContainersOf(pod), ...appContainersOf(pod)]
  if (containers.every(hasNoFigures)) return 'BestEffort'
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

const counted = ['cpu', 'memory'] as const

const hasNoFigures = ({ resources }: Container): boolean =>
  counted.every(name => resources?.limits?.[name] === undefined && resources?.requests?.[name] === undefined)

const isGuaranteed = ({ resources }: Container): boolean =>
  counted.every(name => {
    const limit = resources?.limits?.[name]
    return limit !== undefined && (resources?.requests?.[name] ?? limit) === limit
  })

import type { Container, Pod } from '@periplus/kinds'
import { podFigures, read } from './pod-requests.ts'
import type { Requests } from './pod-requests.ts'

/** What a pod's containers may use together, where each has a limit; the pod's own limits go before theirs. */
export const podLimits = (pod: Pod): Requests =>
  podFigures(pod, ({ resources }: Container) => read(resources?.limits), pod.spec?.resources?.limits)

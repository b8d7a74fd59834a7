import type { Container, Pod } from '@periplus/kinds'
import { appContainersOf, initContainersOf } from '../plan/containers.ts'
import { podFigures, read } from './pod-requests.ts'
import type { Requests } from './pod-requests.ts'

/**
 * What a pod may use of a node at most, and whether every container has such a limit: without one of them, cpu or memory of the
 * pod as a whole is not bounded, whatever the others have.
 */
export const podLimits = (
  pod: Pod,
): Requests & { readonly bounded: { readonly cpu: boolean; readonly memory: boolean } } => {
  const all = [...initContainersOf(pod), ...appContainersOf(pod)]
  const stated = pod.spec?.resources?.limits
  const bounded = (name: 'cpu' | 'memory'): boolean =>
    read(stated)[name] > 0 || all.every(({ resources }) => read(resources?.limits)[name] > 0)
  return {
    ...podFigures(pod, ({ resources }: Container) => read(resources?.limits), stated),
    bounded: { cpu: bounded('cpu'), memory: bounded('memory') },
  }
}

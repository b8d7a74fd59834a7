import { podTotal } from '@periplus/kinds'
import type { Container, Pod } from '@periplus/kinds'
import { milliValue, wholeValue } from './quantity.ts'

/** cpu in thousandths, memory and storage in bytes. */
export interface Requests {
  readonly cpu: number
  readonly memory: number
  readonly 'ephemeral-storage': number
}

const none: Requests = { cpu: 0, memory: 0, 'ephemeral-storage': 0 }

/** What a pod takes of a node, with its overhead. Figures of the pod itself go before its containers'. */
export const podRequests = (pod: Pod): Requests => podFigures(pod, ofContainer, pod.spec?.resources?.requests)

/** The same sum over any figure of containers; `stated` is the pod's own. */
export const podFigures = (
  pod: Pod,
  of: (container: Container) => Requests,
  stated: Readonly<Record<string, string>> | undefined,
): Requests => {
  const byContainers = podTotal(pod.spec, { none, plus, most }, of)
  const total = {
    ...byContainers,
    ...(stated?.['cpu'] === undefined ? {} : { cpu: milliValue(stated['cpu']) }),
    ...(stated?.['memory'] === undefined ? {} : { memory: wholeValue(stated['memory']) }),
  }
  return plus(total, read(pod.spec?.overhead))
}

export const read = (figures: Readonly<Record<string, string>> | undefined): Requests => ({
  cpu: milliValue(figures?.['cpu']),
  memory: wholeValue(figures?.['memory']),
  'ephemeral-storage': wholeValue(figures?.['ephemeral-storage']),
})

export const plus = (a: Requests, b: Requests): Requests => combine(a, b, (x, y) => x + y)
const most = (a: Requests, b: Requests): Requests => combine(a, b, Math.max)

const combine = (a: Requests, b: Requests, how: (x: number, y: number) => number): Requests => ({
  cpu: how(a.cpu, b.cpu),
  memory: how(a.memory, b.memory),
  'ephemeral-storage': how(a['ephemeral-storage'], b['ephemeral-storage']),
})

/** A limit without a request is a request too. */
const ofContainer = ({ resources }: Container): Requests => read({ ...resources?.limits, ...resources?.requests })

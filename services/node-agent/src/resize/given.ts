import { compareQuantities, quantityOf } from '@periplus/api'
import type { Container, Pod, ResourceRequirements } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import { appContainersOf, initContainersOf, isSidecar, newest } from '../plan/containers.ts'
import type { Observed } from '../plan/observed.ts'

/** What a container was made with, written on it at creation: a resize may be asked for before anybody is told of it. */
export const resourcesAnnotation = 'periplus.io/resources'

export const resourcesText = ({ resources = {} }: Container): string =>
  JSON.stringify({ requests: resources.requests, limits: resources.limits })

/**
 * What a container has of cpu and memory: as this agent has resized it, as the API was told, or as it was made. Of one that was
 * never made, what the pod was taken on with.
 */
export const givenTo = (pod: Pod, observed: Observed, name: string): ResourceRequirements | undefined => {
  const made = newest(observed, name)
  if (!made) return observed.admitted.get(name)
  return observed.resized.get(made.id) ?? toldOf(pod, made) ?? annotated(made)
}

const toldOf = ({ status }: Pod, { name, id }: ContainerState): ResourceRequirements | undefined =>
  [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].find(
    told => told.name === name && told.containerID?.endsWith(`//${id}`),
  )?.resources

const annotated = ({ annotations }: ContainerState): ResourceRequirements | undefined => {
  const text = annotations[resourcesAnnotation]
  if (text === undefined) return undefined
  const { requests, limits } = JSON.parse(text) as ResourceRequirements
  return { ...(requests && { requests }), ...(limits && { limits }) }
}

/** The resources that may change while a container runs. */
const compute = ['cpu', 'memory'] as const
type Compute = (typeof compute)[number]

const amountOf = (amounts: Readonly<Record<string, string>> | undefined, name: Compute) => quantityOf(amounts?.[name])

/** Which of cpu and memory differ, in requests or limits, whatever the words. */
export const changedCompute = (
  a: ResourceRequirements | undefined,
  b: ResourceRequirements | undefined,
): readonly Compute[] =>
  compute.filter(name =>
    (['requests', 'limits'] as const).some(
      which => compareQuantities(amountOf(a?.[which], name), amountOf(b?.[which], name)) !== 0,
    ),
  )

/** Containers whose resources may change while they run. */
export const resizableOf = (pod: Pod): readonly Container[] => [
  ...initContainersOf(pod).filter(isSidecar),
  ...appContainersOf(pod),
]

/** Some container is to have other cpu or memory than it was given. */
export const asksForResize = (pod: Pod, observed: Observed): boolean =>
  resizableOf(pod).some(({ name, resources }) => {
    const given = givenTo(pod, observed, name)
    return given !== undefined && changedCompute(given, resources).length > 0
  })

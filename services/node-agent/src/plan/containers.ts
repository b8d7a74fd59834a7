import type { ContainerState, SandboxState } from '@periplus/runtime'
import type { Container, Pod } from '@periplus/kinds'
import type { Observed } from './observed.ts'

export type ContainerRole = 'init' | 'sidecar' | 'app' | 'ephemeral'

export const initContainersOf = (pod: Pod): readonly Container[] => pod.spec?.initContainers ?? []
export const appContainersOf = (pod: Pod): readonly Container[] => pod.spec?.containers ?? []
export const ephemeralContainersOf = (pod: Pod): readonly Container[] => pod.spec?.ephemeralContainers ?? []
export const containersOf = (pod: Pod): readonly Container[] => [
  ...initContainersOf(pod),
  ...appContainersOf(pod),
  ...ephemeralContainersOf(pod),
]

/** A restartable init container: starts in order, keeps running beside the others, ends last. */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always'

export const roleOf = (pod: Pod, name: string): ContainerRole => {
  const init = initContainersOf(pod).find(container => container.name === name)
  if (init) return isSidecar(init) ? 'sidecar' : 'init'
  return ephemeralContainersOf(pod).some(container => container.name === name) ? 'ephemeral' : 'app'
}

/** `<name>_<namespace>(<uid>)`, the form in which the kubelet's messages name a pod. */
export const podLabel = (pod: Pod): string => `${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})`

/** The newest container of this name, of whichever sandbox. */
export const newest = (observed: Observed, name: string): ContainerState | undefined =>
  observed.containers.find(container => container.name === name)

/** The newest container of this name in one sandbox. */
export const newestIn = (observed: Observed, sandbox: SandboxState, name: string): ContainerState | undefined =>
  observed.containers.find(container => container.name === name && container.sandboxId === sandbox.id)

export const isRunning = (container: ContainerState | undefined): container is ContainerState =>
  container?.state === 'running'

/** It runs, and its postStart hook is not done. */
export const isInPostStart = (pod: Pod, operations: Observed['operations'], { name, state }: ContainerState): boolean =>
  state === 'running' &&
  operations.get(name)?.tag === 'Start' &&
  containersOf(pod).some(container => container.name === name && container.lifecycle?.postStart !== undefined)

/** Running, and past its startup probe and postStart hook: what the next init container waits for. */
export const hasStarted = (observed: Observed, container: ContainerState | undefined): boolean =>
  isRunning(container) &&
  !observed.operations.has(container.name) &&
  (observed.probes.get(container.id)?.startup ?? 'success') === 'success'

/** Some app container has been made in this sandbox: init containers have had their turn. */
export const isInitialised = (pod: Pod, observed: Observed, sandbox: SandboxState): boolean =>
  appContainersOf(pod).some(container => newestIn(observed, sandbox, container.name) !== undefined)

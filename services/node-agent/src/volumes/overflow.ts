import { pause } from '@periplus/prelude'
import type { Container, Pod } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import { diskUsage } from '../files/disk-usage.ts'
import { oddName } from '../files/layout.ts'
import type { PodUsage } from '../eviction/rank.ts'
import { appContainersOf, initContainersOf, isSidecar } from '../plan/containers.ts'
import { wholeValue } from '../resources/quantity.ts'

/** The first emptyDir on the disk that holds more than its `sizeLimit`, as the kubelet says it; memory keeps its limit itself. */
export const overflowing = async (pod: Pod, homeOf: (volume: string) => string): Promise<string | undefined> => {
  if (oddName(pod) !== undefined) return undefined
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    if (emptyDir?.sizeLimit === undefined || emptyDir.medium === 'Memory') continue
    const limit = wholeValue(emptyDir.sizeLimit)
    if (limit > 0 && (await diskUsage([homeOf(name)])).bytes > limit)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir.sizeLimit}". `
  }
  return undefined
}

/** That a pod or one of its containers takes more of the disk than its `limits.ephemeral-storage`, as the kubelet says it. */
export const overLimit = ({ pod, total, containers }: PodUsage): string | undefined => {
  const limit = podLimit(pod)
  if (limit > 0 && total['ephemeral-storage'] > limit)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${bytesText(limit)}. `
  for (const { name, resources } of together(pod)) {
    const own = resources?.limits?.[resource]
    if (own !== undefined && (containers.get(name)?.[resource] ?? 0) > wholeValue(own))
      return `Container ${name} exceeded its local ephemeral storage limit "${own}". `
  }
  return undefined
}

/** What all containers together may take; one without a limit of its own adds nothing to that. 0: there is no limit. */
export const podLimit = (pod: Pod): number =>
  Math.max(
    together(pod).reduce((sum, container) => sum + limitOf(container), 0),
    ...initContainersOf(pod).map(limitOf),
  )

const resource = 'ephemeral-storage'

const limitOf = ({ resources }: Container): number => wholeValue(resources?.limits?.[resource])

/** The containers that run beside each other. */
const together = (pod: Pod): readonly Container[] => [
  ...appContainersOf(pod),
  ...initContainersOf(pod).filter(isSidecar),
]

const bytesText = (bytes: number): string => {
  const [unit, name] = (
    [
      [2 ** 30, 'Gi'],
      [2 ** 20, 'Mi'],
      [2 ** 10, 'Ki'],
    ] as const
  ).find(([size]) => bytes % size === 0) ?? [1, '']
  return `${bytes / unit}${name}`
}

const everyMilliseconds = 10_000

/** Looks every ten seconds, as the kubelet does, for pods that take more of the disk than they may. */
export const watchLimits = async (options: {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly pods: () => readonly Pod[]
  /** Why a pod takes too much; `undefined` where it does not. */
  readonly excess: (pod: Pod) => Promise<string | undefined>
  readonly evict: (pod: Pod, message: string) => void
  /** One pod could not be looked at: a bug that costs the others nothing. */
  readonly failed: (pod: Pod, error: unknown) => void
}): Promise<void> => {
  const { clock, signal } = options
  while (!signal.aborted) {
    await pause(clock, everyMilliseconds, signal)
    for (const pod of options.pods()) {
      if (signal.aborted) return
      try {
        const message = await options.excess(pod)
        if (message !== undefined) options.evict(pod, message)
      } catch (error) {
        options.failed(pod, error)
      }
    }
  }
}

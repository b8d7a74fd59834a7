import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Container, Pod } from '@periplus/kinds'
import { containersOf } from '../../plan/containers.ts'
import type { Action } from '../../plan/action.ts'
import { withCompute } from '../../resize/allocate.ts'
import { cgroupParent } from '../../resources/cgroups.ts'
import { linuxResources } from '../../resources/linux-resources.ts'
import { podCgroup, writePodCgroup } from '../../resources/pod-cgroup.ts'
import type { CgroupFile } from '../../resources/pod-cgroup.ts'
import type { Effect, EffectFailure, PodShell } from '../effect.ts'

/**
 * Other resources for containers that run. What the pod may use as a whole makes room first and is drawn in last; of the containers
 * those that give go before those that take.
 */
export const resizePod = async (shell: PodShell, action: Extract<Action, { tag: 'ResizePod' }>): Effect => {
  const { node, pod, runtime, tell } = shell
  const { settings } = node
  const states = runtime.containers.filter(({ id }) => action.containers.includes(id))
  const changes = states.flatMap(({ id, name }) => {
    const container = containersOf(pod).find(one => one.name === name)
    if (!container) return []
    const before = linuxResources(pod, withGiven(shell, container), settings)
    return [{ id, container, before, after: linuxResources(pod, container, settings) }]
  })
  const failed = (message: string): Either<EffectFailure, never> => {
    tell(undefined)('Warning', 'ResizeError', `Pod resize error: ${message}`)
    return E.left({ reason: 'ResizeError', message })
  }
  const used = await node.runtime.stats()
  if (E.isLeft(used)) return failed(used.left.message)
  for (const { id, container, before, after } of changes) {
    const limit = after.memoryLimitBytes
    const lowered = limit > 0 && (before.memoryLimitBytes === 0 || limit < before.memoryLimitBytes)
    const usage = used.right.find(({ containerId }) => containerId === id)?.workingSetBytes ?? 0
    if (lowered && usage >= limit)
      return failed(
        `attempting to set container "${container.name}" memory limit (${limit}) below current usage (${usage})`,
      )
  }
  tell(undefined)('Normal', 'ResizeStarted', 'Pod resize started')
  const { rising, falling } = podFiles(shell)
  const roomier = await writeFiles(shell, rising)
  if (E.isLeft(roomier)) return failed(roomier.left)
  for (const { id, container, after } of [...changes].sort((a, b) => growth(a) - growth(b))) {
    const updated = await node.runtime.updateContainer(id, after)
    if (E.isLeft(updated)) return failed(updated.left.message)
    shell.gave(id, container.resources ?? {})
  }
  const narrower = await writeFiles(shell, falling)
  if (E.isLeft(narrower)) return failed(narrower.left)
  tell(undefined)('Normal', 'ResizeCompleted', 'Pod resize completed')
  return E.right(undefined)
}

interface Change {
  readonly before: { readonly memoryLimitBytes: number; readonly cpuQuota: number }
  readonly after: { readonly memoryLimitBytes: number; readonly cpuQuota: number }
}

const growth = ({ before, after }: Change): number =>
  Math.sign(after.memoryLimitBytes - before.memoryLimitBytes) + Math.sign(after.cpuQuota - before.cpuQuota)

const withGiven = ({ given }: PodShell, container: Container): Container => {
  const had = given(container.name)
  return had ? { ...container, resources: withCompute(container.resources, had) } : container
}

/** What the pod's cgroup is to say, apart from what it says: where more is allowed, and where less. */
const podFiles = (
  shell: PodShell,
): { readonly rising: readonly CgroupFile[]; readonly falling: readonly CgroupFile[] } => {
  const { pod, node } = shell
  if (!pod.spec) return { rising: [], falling: [] }
  const { containers, initContainers } = pod.spec
  const had: Pod = {
    ...pod,
    spec: {
      ...pod.spec,
      containers: containers.map(one => withGiven(shell, one)),
      ...(initContainers && { initContainers: initContainers.map(one => withGiven(shell, one)) }),
    },
  }
  const before = podCgroup(had, node.settings.features)
  const after = podCgroup(pod, node.settings.features)
  const rises = (file: CgroupFile): boolean => {
    const old = before.find(({ name }) => name === file.name)
    return old !== undefined && parseInt(file.value, 10) >= parseInt(old.value, 10)
  }
  return { rising: after.filter(rises), falling: after.filter(file => !rises(file)) }
}

const writeFiles = async ({ node, pod }: PodShell, files: readonly CgroupFile[]): Promise<Either<string, void>> =>
  node.runtime.name === 'containerd'
    ? writePodCgroup(cgroupParent(node.settings.cgroupRoot, pod), files, node.settings.features)
    : E.right(undefined)

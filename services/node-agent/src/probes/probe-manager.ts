import type { Container, Pod } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { ContainerState } from '@periplus/runtime'
import { containersOf } from '../plan/containers.ts'
import type { Probed } from '../plan/observed.ts'
import type { Check } from './check.ts'
import { probeLoop } from './probe-loop.ts'
import type { ProbeKind, ProbeLoop } from './probe-loop.ts'
import type { Prober } from './prober.ts'

export interface ProbeManagerOptions {
  readonly check: Check
  readonly clock: Clock
  /** A result that counts has changed. */
  readonly changed: (podUid: string) => void
  readonly unhealthy: (pod: Pod, container: string, message: string) => void
}

interface Watched {
  readonly uid: string
  readonly loops: Partial<Record<ProbeKind, ProbeLoop>>
}

const kinds: readonly ProbeKind[] = ['startup', 'readiness', 'liveness']

export const probeManager = (options: ProbeManagerOptions): Prober => {
  const watched = new Map<string, Watched>()
  const byPod = new Map<string, Set<string>>()

  const begin = (pod: Pod, container: Container, running: ContainerState, podIp: string): Watched => {
    const uid = pod.metadata?.uid ?? ''
    const told = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
      ({ containerID }) => containerID?.endsWith(`://${running.id}`),
    )
    const loops: Partial<Record<ProbeKind, ProbeLoop>> = {}
    const started = (): boolean => (loops.startup?.result ?? 'success') === 'success'
    for (const kind of kinds) {
      const probe = container[`${kind}Probe`]
      if (!probe) continue
      loops[kind] = probeLoop({
        ...options,
        kind,
        probe,
        target: { pod, container, containerId: running.id, podIp },
        startedAt: running.startedAt,
        // An agent that comes back believes what its predecessor told of this very container.
        alreadyWell: kind === 'readiness' ? told?.ready === true : kind === 'startup' && told?.started === true,
        mayRun: () => kind === 'startup' || started(),
        changed: () => {
          if (kind === 'startup' && started()) for (const other of kinds) loops[other]?.nudge()
          options.changed(uid)
        },
      })
    }
    return { uid, loops }
  }

  const stop = (id: string): void => {
    const known = watched.get(id)
    if (!known) return
    for (const kind of kinds) known.loops[kind]?.stop()
    watched.delete(id)
  }

  return {
    track: (pod, running, podIp, terminating) => {
      const uid = pod.metadata?.uid ?? ''
      const ids = byPod.get(uid) ?? new Set<string>()
      const probed = new Map<string, Probed>()
      for (const state of running) {
        const container = containersOf(pod).find(({ name }) => name === state.name)
        if (!container || !kinds.some(kind => container[`${kind}Probe`])) continue
        const known = watched.get(state.id) ?? begin(pod, container, state, podIp)
        watched.set(state.id, known)
        ids.add(state.id)
        if (terminating) {
          known.loops.liveness?.stop()
          known.loops.startup?.stop()
        }
        probed.set(state.id, resultsOf(known))
      }
      for (const id of ids) {
        if (running.some(state => state.id === id)) continue
        stop(id)
        ids.delete(id)
      }
      if (ids.size > 0) byPod.set(uid, ids)
      else byPod.delete(uid)
      return probed
    },
    forget: uid => {
      for (const id of byPod.get(uid) ?? []) stop(id)
      byPod.delete(uid)
    },
  }
}

const resultsOf = ({ loops }: Watched): Probed => ({
  ...(loops.startup ? { startup: loops.startup.result } : {}),
  ...(loops.readiness ? { readiness: loops.readiness.result } : {}),
  ...(loops.liveness ? { liveness: loops.liveness.result } : {}),
})

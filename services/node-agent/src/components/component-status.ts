import type { ContainerState, ContainerStatus, Pod, PodStatus } from '@periplus/kinds'
import { constants } from 'node:os'
import { own } from '@periplus/prelude'
import { podConditions } from '../status/conditions.ts'
import { timeText } from '../status/time.ts'
import type { Component, ProcessLife } from './component.ts'

/** What is shown of a part of the cluster: what whoever runs it says. `pod` has the status that is shown already. */
export const componentStatus = (
  pod: Pod,
  { name, process }: Component,
  hostIps: readonly string[],
  now: number,
): PodStatus => {
  const container = containerStatus(pod, name, process)
  const ips = hostIps.map(ip => ({ ip }))
  const facts = {
    ...{ phase: 'Running', init: [], app: [container], sandboxReady: true },
    ...{ disruption: undefined, resize: [], logLosses: [] },
  }
  return {
    phase: 'Running',
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    conditions: podConditions(pod, facts, now),
    ...(hostIps[0] === undefined ? {} : { hostIP: hostIps[0], hostIPs: ips, podIP: hostIps[0], podIPs: ips }),
    startTime: timeText(process.since),
    qosClass: 'BestEffort',
    containerStatuses: [container],
  }
}

const containerStatus = (pod: Pod, name: string, life: ProcessLife): ContainerStatus => {
  const { pid, startedAt, restarts, before, ended } = life
  const image = pod.spec?.containers[0]?.image ?? ''
  const told = { name, image, imageID: '', restartCount: restarts }
  if (ended)
    return {
      ...told,
      state: {
        waiting: { reason: 'CrashLoopBackOff', message: `the process ended (${ended.how}) and is started again` },
      },
      lastState: terminated({ startedAt, ...ended }),
      ...{ started: false, ready: false },
    }
  return {
    ...told,
    containerID: `process://${pid}`,
    state: { running: { startedAt: timeText(startedAt) } },
    lastState: before ? terminated(before) : {},
    ...{ started: true, ready: true },
  }
}

const terminated = ({ startedAt, at, how }: NonNullable<ProcessLife['before']>): ContainerState => {
  const exitCode = exitCodeOf(how)
  return {
    terminated: {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      message: how,
      startedAt: timeText(startedAt),
      finishedAt: timeText(at),
    },
  }
}

/** As a shell has it: 128 and the signal's number where it was one. Of what says nothing, such as that it is gone, 255. */
const exitCodeOf = (how: string): number => {
  const code = /^exit code (\d+)$/.exec(how)?.[1]
  if (code !== undefined) return Number(code)
  const signal = own<number>(constants.signals, how)
  return signal === undefined ? 255 : 128 + signal
}

import type { NodeCondition } from '@periplus/kinds'
import type { Pressure } from '../eviction/judge.ts'

type Verdict = Pick<NodeCondition, 'status' | 'reason' | 'message'>

const fewestPids = 1000

/** What the node is short of; of memory and disk its eviction has found it out. */
export const pressureConditions = (pressure: Pressure, pids: number): readonly (readonly [string, Verdict])[] => [
  [
    'MemoryPressure',
    pressure.memory
      ? { status: 'True', reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' }
      : { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  ],
  [
    'DiskPressure',
    pressure.disk
      ? { status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' }
      : { status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  ],
  [
    'PIDPressure',
    pids < fewestPids
      ? { status: 'True', reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' }
      : { status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  ],
]

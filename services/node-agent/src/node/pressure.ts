import type { NodeCondition } from '@periplus/kinds'
import type { MachineRoom } from './machine.ts'

type Verdict = Pick<NodeCondition, 'status' | 'reason' | 'message'>

/** Below this much memory and this many process ids the kubelet reports pressure; for disks it takes a tenth, which on a large disk is no pressure. */
const least: MachineRoom = { memoryBytes: 100 * 2 ** 20, storageBytes: 2 ** 30, pids: 1000 }

export const pressureConditions = (room: MachineRoom): readonly (readonly [string, Verdict])[] => [
  [
    'MemoryPressure',
    room.memoryBytes < least.memoryBytes
      ? { status: 'True', reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' }
      : { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  ],
  [
    'DiskPressure',
    room.storageBytes < least.storageBytes
      ? { status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' }
      : { status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  ],
  [
    'PIDPressure',
    room.pids < least.pids
      ? { status: 'True', reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' }
      : { status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  ],
]

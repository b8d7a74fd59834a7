import { statfs } from 'node:fs/promises'
import type { Machine } from '../node/machine.ts'
import type { Reading, Readings, Signal } from './signals.ts'

export interface Watched {
  readonly machine: Machine
  /** Where volumes and logs of pods are. */
  readonly nodeDirectory: string
  /** Where images and the writable layers of containers are. */
  readonly imageDirectory: string
}

/** How much is left of what the node watches. */
export const readings = async ({ machine, nodeDirectory, imageDirectory }: Watched): Promise<Readings> => {
  const [{ memoryBytes: capacity }, { memoryBytes: available }] = [await machine.facts(), await machine.room()]
  return new Map<Signal, Reading>([
    ['memory.available', { available, capacity }],
    ...(await fileSystem('nodefs', nodeDirectory)),
    ...(await fileSystem('imagefs', imageDirectory)),
  ])
}

const fileSystem = async (
  name: 'nodefs' | 'imagefs',
  directory: string,
): Promise<readonly (readonly [Signal, Reading])[]> => {
  const { bavail, blocks, bsize, files, ffree } = await statfs(directory)
  return [
    [`${name}.available`, { available: bavail * bsize, capacity: blocks * bsize }],
    [`${name}.inodesFree`, { available: ffree, capacity: files }],
  ]
}

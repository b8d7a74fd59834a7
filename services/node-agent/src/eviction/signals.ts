/** What the node watches, by the kubelet's names. */
export type Signal =
  'memory.available' | 'nodefs.available' | 'nodefs.inodesFree' | 'imagefs.available' | 'imagefs.inodesFree'

/** Bytes, or inodes. */
export interface Reading {
  readonly available: number
  readonly capacity: number
}

export type Readings = ReadonlyMap<Signal, Reading>

/** A share of the capacity, no more than so much, or both: the smaller of them is meant. */
export interface Threshold {
  readonly share?: number
  readonly most?: number
}

export type Thresholds = ReadonlyMap<Signal, Threshold>

/** What a threshold comes to on such a machine. */
export const quantityOf = ({ share = 1, most = Infinity }: Threshold, { capacity }: Reading): number =>
  Math.min(share * capacity, most)

/** What a pod can be short of, or use too much of, by the name of the resource. */
export type Resource = 'memory' | 'ephemeral-storage' | 'inodes'

export const resourceOf = (signal: Signal): Resource =>
  signal === 'memory.available' ? 'memory' : signal.endsWith('inodesFree') ? 'inodes' : 'ephemeral-storage'

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

const mebibyte = 2 ** 20

/**
 * The kubelet's hard thresholds, in its order. Its shares were made for a node's own disk; of the large and mostly full disk of somebody's
 * own machine a tenth is no pressure, so there is a quantity beside each share above which nothing is short.
 */
export const usualThresholds: Thresholds = new Map([
  ['memory.available', { most: 100 * mebibyte }],
  ['nodefs.available', { share: 0.1, most: 1024 * mebibyte }],
  ['nodefs.inodesFree', { share: 0.05, most: 50_000 }],
  ['imagefs.available', { share: 0.15, most: 1536 * mebibyte }],
  ['imagefs.inodesFree', { share: 0.05, most: 50_000 }],
])

export interface Crossing {
  readonly signal: Signal
  /** Below this much. */
  readonly quantity: number
  readonly available: number
}

/** Which signals are below their thresholds, memory first. */
export const crossings = (readings: Readings, thresholds: Thresholds): readonly Crossing[] =>
  [...thresholds].flatMap(([signal, { share = 1, most = Infinity }]) => {
    const reading = readings.get(signal)
    if (!reading || reading.capacity === 0) return []
    const quantity = Math.min(share * reading.capacity, most)
    return reading.available < quantity ? [{ signal, quantity, available: reading.available }] : []
  })

/** What a pod can be short of, or use too much of, by the name of the resource. */
export type Resource = 'memory' | 'ephemeral-storage' | 'inodes'

export const resourceOf = (signal: Signal): Resource =>
  signal === 'memory.available' ? 'memory' : signal.endsWith('inodesFree') ? 'inodes' : 'ephemeral-storage'

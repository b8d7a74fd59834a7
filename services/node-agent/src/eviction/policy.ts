import type { Signal, Threshold, Thresholds } from './signals.ts'

/** One that may be crossed for so long before pods are ended, which then have some time for it. */
export interface SoftThreshold extends Threshold {
  readonly graceMilliseconds: number
}

/** When a node ends pods to have room again; the kubelet's settings, of nearly these names. */
export interface EvictionPolicy {
  /** Below these pods are ended at once. */
  readonly hard: Thresholds
  readonly soft: ReadonlyMap<Signal, SoftThreshold>
  /** How much more than a threshold there must be before a node that ended pods for it is content. */
  readonly minimumReclaim: Thresholds
  /** What a pod may take at most to end for a soft threshold; its own grace period where that is shorter. */
  readonly maxPodGraceSeconds: number
  /** So long after it was last seen pressure is still told, so that pods do not come back at once to be evicted again. */
  readonly transitionMilliseconds: number
}

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

/** What holds where nothing is said. */
export const usualPolicy: EvictionPolicy = {
  hard: usualThresholds,
  soft: new Map(),
  minimumReclaim: new Map(),
  maxPodGraceSeconds: 0,
  transitionMilliseconds: 300_000,
}

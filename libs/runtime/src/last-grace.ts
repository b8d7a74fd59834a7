import type { ContainerState } from './container-runtime.ts'

/** Written on each container by its node, so that whoever ends it knows how many seconds its pod asked for. */
export const graceAnnotation = 'io.kubernetes.pod.terminationGracePeriod'

/** Seconds for a container to end by itself when everything stops: what its pod asked for, but somebody waits. */
export const lastGrace = ({ annotations }: ContainerState, most: number): number =>
  Math.min(most, Math.max(0, Number(annotations[graceAnnotation] ?? most) || 0))

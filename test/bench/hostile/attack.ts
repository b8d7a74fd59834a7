import type { HostileRequest } from '../../attack/requests/draw.ts'
import { posting } from './bodies.ts'

/** Requests that mean no good, of one kind. */
export interface Attack {
  readonly name: string
  /** How many are under way at once. */
  readonly atOnce: number
  readonly requests: () => readonly HostileRequest[]
  /** What it makes stays: a second run would meet what the first left. */
  readonly once?: true
}

export const inDefault = (resource: string): string => `/api/v1/namespaces/default/${resource}`
export const maps = inDefault('configmaps')
export const pods = inDefault('pods')
export const rbac = '/apis/rbac.authorization.k8s.io/v1'

export const attack = (name: string, requests: Attack['requests'], atOnce = 1): Attack => ({ name, atOnce, requests })
export const onceOnly = (given: Attack): Attack => ({ ...given, once: true })
/** Twice, so that what the first leaves behind meets the second. */
export const twice = (request: () => HostileRequest) => (): readonly HostileRequest[] => [request(), request()]
export const posted = (name: string, target: string, object: () => unknown): Attack =>
  attack(
    name,
    twice(() => posting(target, object())),
  )

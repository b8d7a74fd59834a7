import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'

/**
 * One look at objects whose earlier events the log does not keep (heartbeats, `Kind.rollup`). Replay cannot find them again,
 * so they are inputs that are recorded with the decision (law 5).
 */
export interface Observation {
  readonly resource: string
  readonly namespace: string | undefined
  /** Absent: the whole list was asked for. */
  readonly name?: string
  readonly objects: readonly Stored<KubernetesObject>[]
}

/** `cut`, keeping what is seen of rolled-up kinds in `observations`. */
export const observingCut = (cut: Cut): { readonly cut: Cut; readonly observations: readonly Observation[] } => {
  const observations: Observation[] = []
  const view: Partial<Cut> = {
    get: <A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string) => {
      const object = cut.get(kind, namespace, name)
      if (kind.rollup) observations.push({ resource: kind.resource, namespace, name, objects: object ? [object] : [] })
      return object
    },
    list: <A extends KubernetesObject>(kind: Kind<A>, namespace?: string) => {
      const objects = cut.list(kind, namespace)
      if (kind.rollup) observations.push({ resource: kind.resource, namespace, objects })
      return objects
    },
  }
  return { cut: over(cut, view), observations }
}

/** `cut`, answering for rolled-up kinds what was observed then. */
export const observedCut = (cut: Cut, observations: readonly Observation[]): Cut => {
  const seen = (resource: string, namespace: string | undefined, name?: string): readonly KubernetesObject[] =>
    observations.find(one => one.resource === resource && one.namespace === namespace && one.name === name)?.objects ??
    []
  return over(cut, {
    get: <A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string) =>
      kind.rollup ? (seen(kind.resource, namespace, name)[0] as Stored<A> | undefined) : cut.get(kind, namespace, name),
    list: <A extends KubernetesObject>(kind: Kind<A>, namespace?: string) =>
      kind.rollup ? (seen(kind.resource, namespace) as readonly Stored<A>[]) : cut.list(kind, namespace),
  })
}

const over = (cut: Cut, some: Partial<Cut>): Cut => Object.assign(Object.create(cut) as Cut, some)

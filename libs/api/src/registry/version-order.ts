const shape = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/
const stability = { alpha: 0, beta: 1, stable: 2 }

const rank = (version: string): readonly [number, number, number] | undefined => {
  const match = shape.exec(version)
  if (!match) return undefined
  return [stability[(match[2] as 'alpha' | 'beta' | undefined) ?? 'stable'], Number(match[1]), Number(match[3] ?? 0)]
}

/**
 * Preferred first, as Kubernetes orders versions: stable before beta before alpha, the greater number first; other names
 * after those, in the order of their letters.
 */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [rank(a), rank(b)]
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : a > b ? 1 : 0
  return right[0] - left[0] || right[1] - left[1] || right[2] - left[2]
}

/** The order in which kube-apiserver lists its own groups (its API service priorities). */
const builtIn = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'storagemigration.k8s.io',
]
const priorities = new Map(builtIn.map((group, position) => [group, position]))

/** Built-in groups first, in Kubernetes' order; custom ones after them by name. */
export const compareGroups = (a: string, b: string): number => {
  const [left, right] = [priorities.get(a) ?? builtIn.length, priorities.get(b) ?? builtIn.length]
  return left - right || (a < b ? -1 : a > b ? 1 : 0)
}

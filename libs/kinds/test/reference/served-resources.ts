import { reference } from './reference.ts'

/** What the paths of the reference say of one resource in one version. */
export interface ServedResource {
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Verbs by subresource. */
  readonly subresources: Readonly<Record<string, readonly string[]>>
}

const verbOf: Readonly<Record<string, string>> = { post: 'create', put: 'update' }

interface Found {
  namespaced: boolean
  readonly verbs: Set<string>
  readonly subresources: Record<string, Set<string>>
}

/** By `group/version/resource`. */
export const servedResources = (): ReadonlyMap<string, ServedResource> => {
  const found = new Map<string, Found>()
  for (const [path, methods] of Object.entries(reference.paths)) {
    const match = /^\/(?:api|apis\/(?<group>[^/]+))\/(?<version>v\w+)\/(?<watch>watch\/)?(?<rest>.+)$/.exec(path)
    if (!match?.groups) continue
    const { group = '', version = '', watch, rest = '' } = match.groups
    const inNamespace = rest.startsWith('namespaces/{namespace}/')
    const [resource = '', , subresource] = (inNamespace ? rest.slice('namespaces/{namespace}/'.length) : rest).split(
      '/',
    )
    const key = `${group}/${version}/${resource}`
    const entry = found.get(key) ?? { namespaced: false, verbs: new Set(), subresources: {} }
    found.set(key, entry)
    if (inNamespace) entry.namespaced = true
    const verbs = watch ? ['watch'] : methods.map(method => verbOf[method] ?? method)
    const into = subresource === undefined ? entry.verbs : (entry.subresources[subresource] ??= new Set())
    for (const verb of verbs) into.add(verb)
  }
  return new Map(
    [...found].map(([key, { namespaced, verbs, subresources }]) => [
      key,
      {
        namespaced,
        verbs: [...verbs].sort(),
        subresources: Object.fromEntries(
          Object.entries(subresources).map(([name, of]) => [name, [...of].sort()] as const),
        ),
      },
    ]),
  )
}

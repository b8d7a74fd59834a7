import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

type Json = Readonly<Record<string, unknown>>

/** What a server says of the API that it answers for, when it was last asked. */
export interface KnownApi {
  readonly group: string
  readonly version: string
  readonly groupPriority: number
  readonly versionPriority: number
  /** Of its APIResourceList; `undefined` where it does not answer. */
  readonly resources: readonly Json[] | undefined
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const mostResources = 1_000

/** The resources in an APIResourceList, as far as they can be told to others. */
export const readResources = (document: unknown): Either<string, readonly Json[]> => {
  const resources = isRecord(document) ? document['resources'] : undefined
  if (!Array.isArray(resources)) return E.left('it answers no APIResourceList')
  const isNamed = (one: unknown): one is Json =>
    isRecord(one) && typeof one['name'] === 'string' && typeof one['kind'] === 'string' && Array.isArray(one['verbs'])
  return E.right(resources.filter(isNamed).slice(0, mostResources))
}

const responseKind = ({ group, version }: KnownApi, resource: Json): Json => ({
  group: resource['group'] || group,
  version: resource['version'] || version,
  kind: resource['kind'],
})

/** A version of a group as `APIGroupDiscovery` has it. */
export const discoveredVersion = (api: KnownApi): Json => {
  const resources = api.resources ?? []
  const parts = resources.filter(({ name }) => String(name).includes('/'))
  const whole = resources.filter(({ name }) => !String(name).includes('/'))
  return {
    version: api.version,
    resources: whole.map(resource => {
      const { name, namespaced, singularName = '', verbs, shortNames, categories } = resource
      const own = parts.filter(part => String(part['name']).startsWith(`${String(name)}/`))
      return {
        resource: name,
        responseKind: responseKind(api, resource),
        scope: namespaced === true ? 'Namespaced' : 'Cluster',
        singularResource: singularName,
        verbs,
        ...(Array.isArray(shortNames) ? { shortNames } : {}),
        ...(Array.isArray(categories) ? { categories } : {}),
        ...(own.length === 0
          ? {}
          : {
              subresources: own.map(part => ({
                subresource: String(part['name']).slice(String(name).length + 1),
                responseKind: responseKind(api, part),
                verbs: part['verbs'],
              })),
            }),
      }
    }),
    freshness: api.resources ? 'Current' : 'Stale',
  }
}

import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isRecord } from '@periplus/api'

import type { ForeignOpenApi } from '../discovery/merged-open-api.ts'

type Json = Readonly<Record<string, unknown>>

/** What a server says of the API that it answers for, when it was last asked. */
export interface KnownApi {
  readonly group: string
  readonly version: string
  readonly groupPriority: number
  readonly versionPriority: number
  /** Of its APIResourceList; `undefined` where it does not answer. */
  readonly resources: readonly Json[] | undefined
  /** What it says of it in OpenAPI; the same value until it says something else. */
  readonly openApi?: ForeignOpenApi
}

const mostResources = 1_000

/** Whether servers say the same as before. */
export const saysTheSame = (before: readonly KnownApi[], now: readonly KnownApi[]): boolean =>
  before.length === now.length &&
  now.every(({ openApi, ...about }, i) => {
    const { openApi: told, ...rest } = before[i] ?? {}
    return openApi === told && JSON.stringify(about) === JSON.stringify(rest)
  })

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

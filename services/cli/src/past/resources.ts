import type { KubernetesObject } from '@periplus/api'
import type { ApiClient } from './api-client.ts'

/** A kind as a server tells of it, in the version that it prefers. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly resource: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

interface Discovered {
  readonly resource: string
  readonly singularResource?: string
  readonly shortNames?: readonly string[]
  readonly scope: string
  readonly verbs: readonly string[]
  readonly responseKind?: { readonly kind?: string }
}

interface Discovery {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string }
    readonly versions?: readonly { readonly version: string; readonly resources?: readonly Discovered[] }[]
  }[]
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** What a server serves, or served at a moment, each resource in every version, preferred ones first. */
export const readResources = async (client: ApiClient, at?: string): Promise<readonly Resource[]> => {
  const below = belowMoment(at)
  const documents = await Promise.all(['/api', '/apis'].map(path => client.get(`${below}${path}`, aggregated)))
  return (documents as readonly (Discovery | undefined)[]).flatMap(document =>
    (document?.items ?? []).flatMap(({ metadata, versions = [] }) =>
      versions.flatMap(({ version, resources = [] }) =>
        resources.map(found => resourceOf(metadata?.name ?? '', version, found)),
      ),
    ),
  )
}

const resourceOf = (group: string, version: string, found: Discovered): Resource => ({
  ...{ group, version, resource: found.resource, verbs: found.verbs },
  kind: found.responseKind?.kind ?? '',
  singular: found.singularResource ?? '',
  shortNames: found.shortNames ?? [],
  namespaced: found.scope === 'Namespaced',
})

/** Which of the resources an object is of; `undefined` where the server serves none such. */
export const resourceOfObject = (
  resources: readonly Resource[],
  { apiVersion = '', kind }: KubernetesObject,
): Resource | undefined => {
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  return resources.find(one => one.group === group && one.version === version && one.kind === kind)
}

/** Which resource an object is of, in the version that the server prefers; `undefined` where it serves none such. */
export const resourceOfRef = (
  resources: readonly Resource[],
  { group, resource }: Pick<Resource, 'group' | 'resource'>,
): Resource | undefined => resources.find(one => one.group === group && one.resource === resource)

/** What is in a namespace goes with it. */
export const isNamespaces = ({ group, resource }: Pick<Resource, 'group' | 'resource'>): boolean =>
  group === '' && resource === 'namespaces'

/** What paths of a moment of the past begin with. */
export const belowMoment = (at: string | undefined): string => (at === undefined ? '' : `/at/${encodeURIComponent(at)}`)

/** The path of a collection, or of an object of it. */
export const pathOf = (
  { group, version, resource }: Pick<Resource, 'group' | 'version' | 'resource'>,
  namespace: string,
  name?: string,
): string =>
  [
    group === '' ? '/api' : `/apis/${group}`,
    version,
    ...(namespace === '' ? [] : ['namespaces', encodeURIComponent(namespace)]),
    resource,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/')

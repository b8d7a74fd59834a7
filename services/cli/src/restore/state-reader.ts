import { groupVersion } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import type { Restorable } from '@periplus/replay'
import { isDerived } from '@periplus/replay'
import { Refused } from '../past/api-client.ts'
import type { ApiClient } from '../past/api-client.ts'
import { belowMoment, pathOf } from '../past/resources.ts'
import type { Resource } from '../past/resources.ts'

/** The asker may not list them, or their past is not kept as far back. */
export type Unlisted = 'Forbidden' | 'Forgotten'

/** Objects of a moment, as far as the asker may see them. */
export interface StateReader {
  /** Of a kind that was not there, none. */
  list(resource: Resource, namespace: string, selector?: string): Promise<readonly Restorable[] | Unlisted>
  one(resource: Resource, namespace: string, name: string): Promise<Restorable | undefined>
}

interface List {
  readonly apiVersion?: string
  readonly items?: readonly KubernetesObject[]
  readonly metadata?: { readonly continue?: string }
}

const atOnce = '500'

/** What stood at a moment, or stands now. */
export const stateReader = (client: ApiClient, at?: string): StateReader => {
  const below = belowMoment(at)
  const restorable = (of: Resource, object: KubernetesObject): Restorable => {
    const { group, resource, kind } = of
    return { group, resource, object: { ...object, apiVersion: groupVersion(of), kind } }
  }
  return {
    list: async (resource, namespace, selector) => {
      const found: Restorable[] = []
      let token: string | undefined
      do {
        const query = new URLSearchParams({
          limit: atOnce,
          ...(selector === undefined ? {} : { labelSelector: selector }),
          ...(token === undefined ? {} : { continue: token }),
        })
        const page = await readable(client.get(`${below}${pathOf(resource, namespace)}?${query.toString()}`))
        if (page === 'Forbidden' || page === 'Forgotten') return page
        const { items = [], metadata } = (page ?? {}) as List
        found.push(...items.map(item => restorable(resource, item)))
        token = metadata?.continue || undefined
      } while (token !== undefined)
      return found
    },
    one: async (resource, namespace, name) => {
      const object = (await client.get(`${below}${pathOf(resource, namespace, name)}`)) as KubernetesObject | undefined
      return object && restorable(resource, object)
    },
  }
}

const readable = (answer: Promise<unknown>): Promise<unknown> =>
  answer.catch((error: unknown) => {
    if (error instanceof Refused && error.code === 403) return 'Forbidden'
    if (error instanceof Refused && error.code === 410) return 'Forgotten'
    throw error
  })

/** Kinds of which somebody's objects are, each in the version that the server prefers. */
export const kindsOfContent = (resources: readonly Resource[]): readonly Resource[] => {
  const first = new Map<string, Resource>()
  for (const one of resources) {
    const key = `${one.group}/${one.resource}`
    const isContent = one.namespaced && ['list', 'create', 'delete'].every(verb => one.verbs.includes(verb))
    if (isContent && !isDerived(one) && !first.has(key)) first.set(key, one)
  }
  return [...first.values()]
}

/** `deploy/web`, as kubectl takes it, among what the server serves. */
export const resourceOfWord = (resources: readonly Resource[], word: string): Resource | undefined =>
  resources.find(({ group, resource, singular, shortNames }) =>
    [resource, singular, ...shortNames, `${resource}.${group}`].includes(word.toLowerCase()),
  )

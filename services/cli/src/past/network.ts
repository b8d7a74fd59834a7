import { cutOf } from '@periplus/controller'
import { groupVersion } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import { EndpointSlice, Namespace, NetworkPolicy, Node, Pod, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { CannotGoOn } from '@periplus/cluster'
import type { ApiClient } from './api-client.ts'
import { belowMoment, pathOf } from './resources.ts'

/** What the way of a connection depends on. */
const kinds: readonly Kind[] = [Namespace, Node, Pod, Service, EndpointSlice, NetworkPolicy]

interface ToldList {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly KubernetesObject[]
}

/** A cut with what connections depend on, all of one moment, as the server shows it to its user. */
export const networkOf = async (client: ApiClient, at: string | undefined): Promise<Cut> => {
  let moment = at
  const objects: KubernetesObject[] = []
  for (const kind of kinds) {
    const list = (await client.get(`${belowMoment(moment)}${pathOf(kind, '')}`)) as ToldList | undefined
    if (!list) throw new CannotGoOn(`${client.server} shows no ${kind.resource}`)
    // What was asked for first says which moment the others are asked of.
    moment ??= list.metadata.resourceVersion
    objects.push(...list.items.map(item => ({ ...item, apiVersion: groupVersion(kind), kind: kind.kind })))
  }
  return cutOf(objects)
}

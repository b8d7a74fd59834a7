import { E } from '@periplus/prelude'
import { aggregatedDiscovery, apiGroup, apiGroupList } from '@periplus/api'
import type { KindRegistry } from '@periplus/api'
import { aggregatedVersion } from '../discovery/discovery.ts'
import { answerDocument, servedDocument } from '../discovery/document.ts'
import type { Answer, Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { ok } from '../http/reply.ts'
import { discoveredVersion } from './known-api.ts'
import type { KnownApi } from './known-api.ts'

type Json = Readonly<Record<string, unknown>>

interface Grouped {
  readonly name: string
  readonly priority: number
  readonly apis: readonly KnownApi[]
}

const grouped = (apis: readonly KnownApi[]): readonly Grouped[] =>
  [...new Set(apis.map(({ group }) => group))]
    .map(name => ({ name, members: apis.filter(({ group }) => group === name) }))
    .map(({ name, members }) => ({
      name,
      priority: Math.max(...members.map(({ groupPriority }) => groupPriority)),
      apis: [...members].sort((a, b) => b.versionPriority - a.versionPriority),
    }))
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1))

const plainVersion = ({ group, version }: KnownApi): Json => ({ groupVersion: `${group}/${version}`, version })

/** Groups of this server's own, with what others answer for in the same group, then the groups of others. */
const merged = (
  own: readonly Json[],
  others: readonly Grouped[],
  nameOf: (group: Json) => unknown,
  versionOf: (api: KnownApi) => Json,
  made: (name: string, versions: readonly Json[]) => Json,
): readonly Json[] => {
  const byName = new Map(others.map(one => [one.name, one]))
  const both = own.map(group => {
    const more = byName.get(String(nameOf(group)))
    if (!more) return group
    const taken = new Set(more.apis.map(({ version }) => version))
    const kept = (group['versions'] as readonly Json[]).filter(({ version }) => !taken.has(String(version)))
    return { ...group, versions: [...kept, ...more.apis.map(versionOf)] }
  })
  const names = new Set(own.map(group => String(nameOf(group))))
  return [
    ...both,
    ...others.filter(({ name }) => !names.has(name)).map(({ name, apis }) => made(name, apis.map(versionOf))),
  ]
}

const plainGroup = (name: string, versions: readonly Json[]): Json => ({
  name,
  versions,
  preferredVersion: versions[0],
})

/** `/apis` and `/apis/<group>` with what other servers answer for; `undefined` for everything else. */
export const mergedDiscovery = (
  kinds: KindRegistry,
  apis: readonly KnownApi[],
): ((call: Call) => Answer | undefined) => {
  const others = grouped(apis)
  const list = apiGroupList(kinds)
  const plainGroups = merged(list['groups'] as readonly Json[], others, ({ name }) => name, plainVersion, plainGroup)
  const plain = { ...list, groups: plainGroups }
  const whole = (version: 'v2' | 'v2beta1') => {
    const own = aggregatedDiscovery(kinds, 'groups', version)
    const items = merged(
      own['items'] as readonly Json[],
      others,
      ({ metadata }) => (metadata as Json)['name'],
      discoveredVersion,
      (name, versions) => ({ metadata: { name, creationTimestamp: null }, versions }),
    )
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
    return servedDocument({ ...own, items }, type)
  }
  const made = new Map<string, ReturnType<typeof whole>>()
  return call => {
    const [prefix, group, ...rest] = call.info.path.split('/').filter(part => part !== '')
    if (prefix !== 'apis' || rest.length > 0) return undefined
    if (group !== undefined) {
      if (!others.some(({ name }) => name === group)) return undefined
      const one = plainGroups.find(({ name }) => name === group)
      return E.right(ok({ kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(kinds, group), ...one }, { vary: 'Accept' }))
    }
    const version = aggregatedVersion(headerOf(call.request, 'accept'))
    if (!version) return E.right(ok(plain, { vary: 'Accept' }))
    const document = made.get(version) ?? whole(version)
    made.set(version, document)
    return E.right(answerDocument(call, document))
  }
}

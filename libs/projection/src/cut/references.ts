import type { KubernetesObject } from '@periplus/api'
import { afterValue, memberStart } from './json-members.ts'

/** What an object points at: what the cut and Redis index. */
export interface References {
  /** Uids that its owner references name, each once. */
  readonly owners: readonly string[]
  /** One of its owners is its controller. */
  readonly managed: boolean
  /** `spec.nodeName`; empty where there is none. */
  readonly nodeName: string
}

const none: readonly string[] = []
const ownersMark = Buffer.from('"ownerReferences":[')
const nodeMark = Buffer.from('"nodeName":"')

/** What stands at a path of members, such as `metadata`, `labels`, parsed; `undefined` where nothing does. */
export const nestedMember = (json: Buffer, ...path: readonly string[]): unknown => {
  let start = 0
  for (const name of path) {
    start = memberStart(json, start, name)
    if (start < 0) return undefined
  }
  return JSON.parse(json.toString('utf8', start, afterValue(json, start)))
}

interface Owner {
  readonly uid: string
  readonly controller?: boolean
}

/** Reads the references out of an object's JSON, looking closer only where a native search says that there is something. */
export const referencesOf = (json: Buffer): References => {
  const owners = json.includes(ownersMark)
    ? (nestedMember(json, 'metadata', 'ownerReferences') as readonly Owner[] | undefined)
    : undefined
  return references(owners, json.includes(nodeMark) ? nestedMember(json, 'spec', 'nodeName') : undefined)
}

/** The same of an object that is parsed. */
export const referencesIn = (object: KubernetesObject): References =>
  references(object.metadata?.ownerReferences, memberIn(object, 'spec', 'nodeName'))

/** `nestedMember` of an object that is parsed. */
export const memberIn = (object: KubernetesObject, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (at as Readonly<Record<string, unknown>> | null | undefined)?.[name], object)

const references = (owners: readonly Owner[] | undefined, nodeName: unknown): References => ({
  owners: owners && owners.length > 0 ? [...new Set(owners.map(owner => owner.uid))] : none,
  managed: owners?.some(owner => owner.controller === true) ?? false,
  nodeName: typeof nodeName === 'string' ? nodeName : '',
})

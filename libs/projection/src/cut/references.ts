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

/** The parsed member `name` of the member `parent`, such as `metadata.labels`; `undefined` where there is none. */
export const nestedMember = (json: Buffer, parent: string, name: string): unknown => {
  const outer = memberStart(json, 0, parent)
  const start = outer < 0 ? -1 : memberStart(json, outer, name)
  return start < 0 ? undefined : JSON.parse(json.toString('utf8', start, afterValue(json, start)))
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
  const nodeName = json.includes(nodeMark) ? nestedMember(json, 'spec', 'nodeName') : undefined
  return {
    owners: owners && owners.length > 0 ? [...new Set(owners.map(owner => owner.uid))] : none,
    managed: owners?.some(owner => owner.controller === true) ?? false,
    nodeName: typeof nodeName === 'string' ? nodeName : '',
  }
}

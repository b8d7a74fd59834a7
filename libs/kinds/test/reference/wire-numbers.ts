import { reference } from './reference.ts'

/** Where a field is on the wire: its number, within the numbers of the messages around it. */
export interface WireNumber {
  readonly number: number | undefined
  readonly within: readonly number[]
}

const isMessage = (proto: string): boolean => /^[.A-Z]/.test(proto)

const protobufName = (name: string): string =>
  name
    .replace('io.k8s.', 'k8s.io.')
    .replace('apiextensions-apiserver', 'apiextensions_apiserver')
    .replace('kube-aggregator', 'kube_aggregator')

/** `x-kubernetes-list-type` is `xKubernetesListType` on the wire, `$ref` is `ref`. */
const wireName = (field: string): string =>
  field.replace(/^\$/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

const fieldsOf = (name: string): ReadonlyMap<string, WireNumber> => {
  const found = new Map<string, WireNumber>()
  const facts = reference.types[name]
  for (const [field, { tag }] of Object.entries(facts?.fields ?? {}))
    if (tag !== undefined) found.set(field, { number: tag, within: [] })
  for (const [field, number] of Object.entries(reference.messages[protobufName(name)] ?? {}))
    if (!found.has(field)) found.set(field, { number, within: [] })
  for (const { tag, proto } of Object.values(facts?.inline ?? {})) {
    if (!isMessage(proto)) continue
    const inner = proto.startsWith('.k8s.io.') ? `io.k8s.${proto.slice('.k8s.io.'.length)}` : sibling(name, proto)
    for (const [field, { number, within }] of fieldsOf(inner))
      if (!found.has(field)) found.set(field, { number, within: [tag, ...within] })
  }
  return found
}

const sibling = (name: string, other: string): string => `${name.slice(0, name.lastIndexOf('.'))}.${other}`

/** The number of `field` in the struct `name`; none for what exists only in JSON. */
export const wireNumber = (name: string, field: string): WireNumber => {
  const typeMeta = field === 'apiVersion' || field === 'kind'
  const known = fieldsOf(name).get(wireName(field))
  return known && !(typeMeta && known.number === undefined) ? known : { number: undefined, within: [] }
}

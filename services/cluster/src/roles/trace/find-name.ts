import { isIPv4 } from 'node:net'
import { clusterNames } from '@periplus/dns'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** What a pod is answered for a name. */
export type NameFound =
  | { readonly tag: 'Addresses'; readonly name: string; readonly addresses: readonly string[] }
  /** A name for a host that the cluster knows nothing of. */
  | { readonly tag: 'Elsewhere'; readonly name: string; readonly target: string }
  | { readonly tag: 'NotFound'; readonly why: string }

const domain = 'cluster.local'
/** A name with fewer dots is looked for below the pod's own domains first, as its resolv.conf says. */
const ndots = 5
const mostAliases = 8

/** Looks a name up as the pod's resolver does, in the names of this moment. */
export const findName = (cut: Cut, { metadata, spec }: Pod, name: string): NameFound => {
  if (isIPv4(name)) return { tag: 'Addresses', name, addresses: [name] }
  const policy = spec?.hostNetwork && spec.dnsPolicy !== 'ClusterFirstWithHostNet' ? 'Default' : spec?.dnsPolicy
  if (policy === 'Default' || policy === 'None')
    return {
      tag: 'NotFound',
      why: `the pod asks other servers (dnsPolicy ${policy}), which know no names of the cluster`,
    }
  const domains = [`${metadata?.namespace}.svc.${domain}`, `svc.${domain}`, domain]
  const plain = name.toLowerCase().replace(/\.$/, '')
  const searched = domains.map(one => `${plain}.${one}`)
  const isWhole = name.endsWith('.')
  const candidates = isWhole ? [plain] : plain.split('.').length > ndots ? [plain, ...searched] : [...searched, plain]
  for (const candidate of candidates) {
    const found = lookUp(cut, candidate)
    if (found) return found
  }
  return { tag: 'NotFound', why: `there is no such name: ${candidates.join(', ')}` }
}

const lookUp = (cut: Cut, asked: string): NameFound | undefined => {
  let name = asked
  for (let aliases = 0; aliases <= mostAliases; aliases++) {
    const found = clusterNames(cut, { domain, networks: [] }, name, name, 'A')
    switch (found.tag) {
      case 'Records': {
        const addresses = found.answers.flatMap(answer => (answer.type === 'A' ? [answer.data] : []))
        return { tag: 'Addresses', name: asked, addresses }
      }
      case 'NoSuchRecord':
        return { tag: 'Addresses', name: asked, addresses: [] }
      case 'Alias':
        name = found.target
        break
      case 'NotOurs':
        return name === asked ? undefined : { tag: 'Elsewhere', name: asked, target: name }
      case 'NoSuchName':
        return name === asked
          ? undefined
          : { tag: 'NotFound', why: `${asked} is a name for ${name}, which is not there` }
    }
  }
  return { tag: 'NotFound', why: `${asked} is a name for a name for a name, and so on` }
}

import { own } from '@periplus/prelude'
type Labels = Readonly<Record<string, string>>

/** Labels of Kubernetes' own that a node may say of itself. */
const ownLabels: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])

const isOf = (domain: string, ...domains: readonly string[]): boolean =>
  domains.some(one => domain === one || domain.endsWith(`.${one}`))

const isForbidden = (label: string): boolean => {
  const slash = label.indexOf('/')
  const domain = slash < 0 ? '' : label.slice(0, slash)
  if (isOf(domain, 'node-restriction.kubernetes.io')) return true
  const mayBeOwn = ownLabels.has(label) || isOf(domain, 'kubelet.kubernetes.io', 'node.kubernetes.io')
  return isOf(domain, 'kubernetes.io', 'k8s.io') && !mayBeOwn
}

/** What differs between the two and is not for a node to say, as it would steer other people's pods to it; sorted. */
export const forbiddenLabels = (next: Labels = {}, previous: Labels = {}): readonly string[] =>
  [...new Set([...Object.keys(next), ...Object.keys(previous)])]
    .filter(label => own(next, label) !== own(previous, label) && isForbidden(label))
    .sort()

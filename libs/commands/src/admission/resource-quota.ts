import { own } from '@periplus/prelude'
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  quantityOf,
  subtractQuantities,
  zeroQuantity,
} from '@periplus/api'
import type { KubernetesObject, Quantity, Stored } from '@periplus/api'
import { inQuotaScope, quotaUsage, quotaUsageOfAll } from '@periplus/kinds'
import type { Amounts, Pod, ResourceQuota } from '@periplus/kinds'
import type { Cut, Entry } from '@periplus/projection'
import type { Candidate } from '../candidate/candidate.ts'
import { containersOf, forbidden } from './pods.ts'
import type { AdmissionContext, AdmissionPlugin } from './plugin.ts'

/**
 * A namespace's quotas: nothing is created that goes beyond them. What is used is counted in the cut, so creations of one process in
 * a namespace with quotas take turns (`createCommands`); those of two processes at the same moment may both fit.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  validate: (candidate, context) => {
    if (!candidate.kind.namespaced || !isCounted(candidate)) return undefined
    for (const entry of context.cut.entries('', 'resourcequotas', candidate.ref.namespace)) {
      const words = exceeded(candidate, entry.object() as Stored<ResourceQuota>, context)
      if (words !== undefined) return forbidden(candidate, words)
    }
    return undefined
  },
}

/** Creations, and the updates that may take more. */
const isCounted = ({ kind, operation, subresource, previous, next }: Candidate): boolean => {
  if (operation === 'create') return subresource === undefined
  if (operation === 'delete' || kind.group !== '') return false
  switch (kind.resource) {
    case 'pods':
      return subresource === 'resize' || (subresource === undefined && isTerminating(previous) !== isTerminating(next))
    case 'persistentvolumeclaims':
      return subresource === undefined || subresource === 'status'
    default:
      return kind.resource === 'services' && subresource === undefined
  }
}

/** What the scopes `Terminating` and `NotTerminating` part pods by. */
const isTerminating = (pod: Pod | undefined): boolean => pod?.spec?.activeDeadlineSeconds !== undefined

/** What the candidate takes more than its object did before, as far as the quota was for that. */
const wantedOf = ({ ref, next, previous }: Candidate, quota: ResourceQuota, now: number): Amounts => {
  const { group, resource } = ref
  const wanted = quotaUsage(group, resource, next, now)
  if (!previous || !inQuotaScope(quota, group, resource, previous)) return wanted
  const before = quotaUsage(group, resource, previous, now)
  return Object.fromEntries(
    Object.entries(wanted).map(([name, amount]) => [name, subtractQuantities(amount, of(before, name))]),
  )
}

const computed: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
])

const exceeded = (
  candidate: Candidate,
  quota: Stored<ResourceQuota>,
  { cut, now }: AdmissionContext,
): string | undefined => {
  const { ref, next } = candidate
  if (!inQuotaScope(quota, ref.group, ref.resource, next)) return undefined
  const hard = Object.entries(quota.spec?.hard ?? {}).map(([name, text]) => [name, quantityOf(text)] as const)
  if (ref.group === '' && ref.resource === 'pods') {
    const silent = unspecified(
      next as Pod,
      hard.map(([name]) => name),
    )
    if (silent !== '') return `failed quota: ${quota.metadata.name}: must specify ${silent}`
  }
  const wanted = wantedOf(candidate, quota, now)
  const concerned = hard.filter(([name]) => of(wanted, name).nanos > 0n)
  if (concerned.length === 0) return undefined
  const used = usedIn(cut, candidate, quota, now)
  const over = concerned
    .filter(([name, most]) => compareQuantities(addQuantities(of(used, name), of(wanted, name)), most) > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  if (over.length === 0) return undefined
  const list = (amounts: Amounts): string =>
    over.map(([name]) => `${name}=${formatQuantity(of(amounts, name))}`).join(',')
  const limited = list(Object.fromEntries(over))
  return `exceeded quota: ${quota.metadata.name}, requested: ${list(wanted)}, used: ${list(used)}, limited: ${limited}`
}

const of = (amounts: Amounts, name: string): Quantity => own(amounts, name) ?? zeroQuantity

/** Of the resource that is created only: what others use, a quota on this one doesn't ask. */
const usedIn = (cut: Cut, { ref }: Candidate, quota: ResourceQuota, now: number): Amounts =>
  quotaUsageOfAll(quota, ref.group, ref.resource, objectsOf(cut.entries(ref.group, ref.resource, ref.namespace)), now)

const objectsOf = (entries: readonly Entry[]): readonly KubernetesObject[] => entries.map(entry => entry.object())

/** A quota on what pods ask for can't count those that don't say: `cpu for: web; memory for: web`. */
const unspecified = (pod: Pod, limited: readonly string[]): string => {
  // A pod that says it as a whole has said it.
  const { requests = {}, limits = {} } = pod.spec?.resources ?? {}
  if (Object.keys({ ...requests, ...limits }).length > 0) return ''
  return limited
    .filter(name => computed.has(name))
    .sort()
    .flatMap(name => {
      const [, which = 'requests', what = name] = /^(requests|limits)\.(.*)$/.exec(name) ?? []
      const silent = containersOf(pod).filter(
        ({ resources }) => own(which === 'limits' ? resources?.limits : resources?.requests, what) === undefined,
      )
      return silent.length === 0
        ? []
        : [
            `${name} for: ${silent
              .map(container => container.name)
              .sort()
              .join(',')}`,
          ]
    })
    .join('; ')
}

import { E, own } from '@periplus/prelude'
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  quantityOf,
  subtractQuantities,
  zeroQuantity,
} from '@periplus/api'
import type { KubernetesObject, Quantity, Stored } from '@periplus/api'
import { ResourceQuota, inQuotaScope, quotaUsage, quotaUsageOfAll } from '@periplus/kinds'
import type { Amounts, Pod } from '@periplus/kinds'
import type { Cut, Entry } from '@periplus/projection'
import type { Candidate } from '../candidate/candidate.ts'
import { containersOf, forbidden } from './pods.ts'
import type { AdmissionContext, AdmissionPlugin, Companion, CompanionContext, Companions } from './plugin.ts'

/**
 * A namespace's quotas: nothing is created that goes beyond them. What is used is counted in the cut. What takes of a quota writes
 * its `used` too, all or none, and so whoever comes at the same moment, by another API server too, meets it there; and it is
 * counted no sooner than the cut has the quota's newest event, with which came all that was taken of it.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  companions: (candidate, context) => {
    if (context.isCompanion || !candidate.kind.namespaced || !isCounted(candidate)) return undefined
    const quotas = context.cut.entries('', 'resourcequotas', candidate.ref.namespace)
    return quotas.length === 0 ? undefined : charge(candidate, context, quotas)
  },
}

const charge = async (
  candidate: Candidate,
  context: CompanionContext,
  quotas: readonly Entry[],
): Promise<Companions> => {
  const newest = quotas.map(({ ref }) => context.known(ref).sequence).reduce((a, b) => Math.max(a, b))
  if (newest > context.cut.sequence && !(await context.reached(newest)))
    return E.left({
      refusal: { tag: 'ServiceUnavailable', message: 'the quotas cannot be counted yet', retryAfterSeconds: 1 },
    })
  const companions: Companion[] = []
  for (const entry of context.cut.entries('', 'resourcequotas', candidate.ref.namespace)) {
    const quota = context.known(entry.ref).object as Stored<ResourceQuota> | undefined
    if (!quota) continue
    const verdict = judge(candidate, quota, context)
    if (verdict.tag === 'Exceeded') return E.left({ ...forbidden(candidate, verdict.words), restsOn: [entry.ref] })
    if (verdict.tag === 'Takes') companions.push(taking(quota, verdict.used))
  }
  return E.right(companions)
}

/** The quota with what is used of it then. */
const taking = (quota: Stored<ResourceQuota>, used: Readonly<Record<string, string>>): Companion => {
  const status = { ...quota.status, used: { ...quota.status?.used, ...used } }
  const object: KubernetesObject = Object.assign({}, quota, { status })
  return { command: { verb: 'update', kind: ResourceQuota, object, subresource: 'status' }, touches: true }
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

/** What a quota says of a candidate. */
type QuotaVerdict =
  | { readonly tag: 'Unconcerned' }
  | { readonly tag: 'Exceeded'; readonly words: string }
  /** `used`: of what it takes, how much is used then. */
  | { readonly tag: 'Takes'; readonly used: Readonly<Record<string, string>> }

const judge = (candidate: Candidate, quota: Stored<ResourceQuota>, { cut, now }: AdmissionContext): QuotaVerdict => {
  const { ref, next } = candidate
  if (!inQuotaScope(quota, ref.group, ref.resource, next)) return { tag: 'Unconcerned' }
  const hard = quota.spec?.hard ?? {}
  if (ref.group === '' && ref.resource === 'pods') {
    const silent = unspecified(
      next as Pod,
      [...computed].filter(name => own(hard, name) !== undefined),
    )
    if (silent !== '') return { tag: 'Exceeded', words: `failed quota: ${quota.metadata.name}: must specify ${silent}` }
  }
  const wanted = wantedOf(candidate, quota, now)
  // By what is wanted, which is little: a quota may name thousands of resources.
  const concerned = Object.entries(wanted).flatMap(([name, amount]) => {
    const most = amount.nanos > 0n ? own(hard, name) : undefined
    return most === undefined ? [] : [[name, quantityOf(most)] as const]
  })
  if (concerned.length === 0) return { tag: 'Unconcerned' }
  const used = usedIn(cut, candidate, quota, now)
  const after = (name: string): Quantity => addQuantities(of(used, name), of(wanted, name))
  const over = concerned
    .filter(([name, most]) => compareQuantities(after(name), most) > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  if (over.length === 0)
    return { tag: 'Takes', used: Object.fromEntries(concerned.map(([name]) => [name, formatQuantity(after(name))])) }
  const list = (amounts: Amounts): string =>
    over.map(([name]) => `${name}=${formatQuantity(of(amounts, name))}`).join(',')
  const limited = list(Object.fromEntries(over))
  return {
    tag: 'Exceeded',
    words: `exceeded quota: ${quota.metadata.name}, requested: ${list(wanted)}, used: ${list(used)}, limited: ${limited}`,
  }
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
  return [...limited]
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

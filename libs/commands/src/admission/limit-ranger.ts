import type { KubernetesObject, Stored } from '@periplus/api'
import { E, own } from '@periplus/prelude'
import type { Container, LimitRange, LimitRangeItem, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Candidate } from '../candidate/candidate.ts'
import { limitErrors } from './limits.ts'
import { createdPod, forbidden, withSpec } from './pods.ts'
import type { AdmissionPlugin } from './plugin.ts'

type Quantities = Readonly<Record<string, string>>

/** A namespace's limit ranges: what containers get that ask for nothing, and what they may ask for. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  mutate: (candidate, { cut }) => {
    const pod = createdPod(candidate)
    if (!pod) return E.right(candidate.next)
    const items = itemsIn(cut, candidate.ref.namespace).filter(({ type }) => type === 'Container')
    return E.right(items.reduce<KubernetesObject>(withItem, pod))
  },
  validate: (candidate, { cut }) => {
    if (!isLimited(candidate)) return undefined
    const items = itemsIn(cut, candidate.ref.namespace)
    if (items.length === 0) return undefined
    const errors = items.flatMap(item => limitErrors(item, candidate.kind.resource, candidate.next))
    if (errors.length === 0) return undefined
    return forbidden(candidate, errors.length === 1 ? errors.join() : `[${errors.join(', ')}]`)
  },
}

/** Creations, and the updates that may ask for more: of claims, and of pods through `resize`. */
const isLimited = ({ kind, operation, previous, subresource }: Candidate): boolean => {
  if (kind.group !== '' || operation === 'delete' || previous?.metadata.deletionTimestamp) return false
  if (operation === 'create') return true
  return kind.resource === 'pods' ? subresource === 'resize' : subresource === undefined
}

const itemsIn = (cut: Cut, namespace: string): readonly LimitRangeItem[] =>
  cut.entries('', 'limitranges', namespace).flatMap(entry => (entry.object() as Stored<LimitRange>).spec?.limits ?? [])

const missing = (defaults: Quantities | undefined, given: Quantities | undefined): readonly string[] =>
  Object.keys(defaults ?? {})
    .filter(name => own(given, name) === undefined)
    .sort()

const filled = (container: Container, item: LimitRangeItem): Container => {
  const { limits, requests } = container.resources ?? {}
  if (missing(item.default, limits).length + missing(item.defaultRequest, requests).length === 0) return container
  return {
    ...container,
    resources: {
      ...container.resources,
      limits: { ...item.default, ...limits },
      requests: { ...item.defaultRequest, ...requests },
    },
  }
}

/** What was set, in the words of the annotation that Kubernetes leaves. */
const told = (container: Container, item: LimitRangeItem, prefix: string): readonly string[] => {
  const say = (names: readonly string[], what: string): readonly string[] =>
    names.length === 0 ? [] : [`${names.join(', ')} ${what} for ${prefix} ${container.name}`]
  return [
    ...say(missing(item.defaultRequest, container.resources?.requests), 'request'),
    ...say(missing(item.default, container.resources?.limits), 'limit'),
  ]
}

const annotation = 'kubernetes.io/limit-ranger'

const withItem = (pod: Pod, item: LimitRangeItem): Pod => {
  const { containers = [], initContainers } = pod.spec ?? {}
  const words = [
    ...containers.flatMap(container => told(container, item, 'container')),
    ...(initContainers ?? []).flatMap(container => told(container, item, 'init container')),
  ]
  if (words.length === 0) return pod
  const next: Pod = withSpec(pod, {
    containers: containers.map(container => filled(container, item)),
    ...(initContainers ? { initContainers: initContainers.map(container => filled(container, item)) } : {}),
  })
  const said = `LimitRanger plugin set: ${words.join('; ')}`
  return { ...next, metadata: { ...next.metadata, annotations: { ...next.metadata?.annotations, [annotation]: said } } }
}

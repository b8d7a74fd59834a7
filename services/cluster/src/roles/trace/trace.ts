import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Stored } from '@periplus/api'
import { EndpointSlice, Pod, Service } from '@periplus/kinds'
import type { ServicePort } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { tracing } from '@periplus/service-proxy'
import type { PolicySaying, TracedConnection, WayEnd } from '@periplus/service-proxy'
import { reasonsFor } from '../endpoint-reasons.ts'
import { findName } from './find-name.ts'

/** A pod that wants to reach a service: its name as a program in the pod would write it, or an address. */
export interface TraceQuestion {
  readonly namespace: string
  readonly pod: string
  readonly service: string
  /** A number, or a port's name; absent: the service's first. */
  readonly port: string | undefined
}

/** A step of the way: what it is about, and what became of the connection there. */
export type TraceStep = readonly [about: string, what: string]

/** The way of a connection from a pod to a service at one moment, to where it ends. Left: why there is nothing to tell. */
export const trace = (cut: Cut, question: TraceQuestion): Either<string, readonly TraceStep[]> => {
  const { namespace, service: name } = question
  const pod = cut.get(Pod, namespace, question.pod)
  if (!pod) return E.left(`there is no pod ${question.pod} in namespace ${namespace}`)
  const from = pod.status?.podIP
  const begin: TraceStep = [
    'from',
    `pod ${namespace}/${question.pod} (${from ?? 'no address'}) on node ${pod.spec?.nodeName ?? '<none>'}`,
  ]
  if (from === undefined) return E.right([begin, ['ends', 'here: the pod has no address yet']])
  const found = findName(cut, pod, name)
  switch (found.tag) {
    case 'NotFound':
      return E.right([begin, ['name', found.why], ['ends', `here: the name ${name} is not found`]])
    case 'Elsewhere':
      return E.right([
        begin,
        ['name', `${found.name} is another name for ${found.target}`],
        ['ends', `outside of the cluster, at ${found.target}`],
      ])
    case 'Addresses': {
      const told: TraceStep = ['name', `${found.name} is ${found.addresses.join(', ') || 'there, and has no address'}`]
      if (found.addresses.length === 0) return E.right([begin, told, ['ends', 'here: the name has no address']])
      return E.map((rest: readonly TraceStep[]) => [begin, told, ...rest])(
        onward(cut, pod, found.addresses, question, found.name),
      )
    }
  }
}

const onward = (
  cut: Cut,
  pod: Stored<Pod>,
  addresses: readonly string[],
  { port: wanted }: TraceQuestion,
  name: string,
): Either<string, readonly TraceStep[]> => {
  const [to = ''] = addresses
  const service = serviceAt(cut, to) ?? serviceNamed(cut, name)
  const ports = service?.spec?.ports ?? []
  const known = wanted === undefined ? ports[0] : ports.find(one => one.name === wanted || String(one.port) === wanted)
  const number = known?.port ?? Number(wanted)
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    return E.left(
      wanted === undefined
        ? 'no service is there: name a port'
        : `'${wanted}' is no port of ${service ? `service ${nameOf(service)}` : 'it'}`,
    )
  const protocol = (known?.protocol ?? 'TCP').toLowerCase()
  const isHeadless = service?.spec?.clusterIP === 'None'
  const port = isHeadless ? targetNumber(cut, service, known) : number
  const way = tracing(cut, pod)
  const ways = (isHeadless ? addresses : [to]).map(address => way({ to: address, port, protocol }))
  const ends = ways.flatMap(way => way.ends)
  return E.right([
    ['address', `${to}:${port}/${protocol.toUpperCase()} ${addressText(service, known)}`],
    ...(isHeadless ? [] : ways.map((way): TraceStep => ['rule', ruleText(way)])),
    ...endpointSteps(cut, service),
    ...ends.flatMap(policySteps),
    ['ends', endText(ways, ends)],
  ])
}

const nameOf = ({ metadata }: Stored<Service>): string => `${metadata.namespace}/${metadata.name}`

const serviceAt = (cut: Cut, ip: string): Stored<Service> | undefined =>
  cut.list(Service).find(({ spec }) => spec?.clusterIPs?.includes(ip))

/** A headless one, which has no address of its own. */
const serviceNamed = (cut: Cut, name: string): Stored<Service> | undefined => {
  const [service = '', namespace = '', branch] = name.split('.').slice(-5)
  return branch === 'svc' ? cut.get(Service, namespace, service) : undefined
}

/** Whoever asks for a headless service speaks to the pods themselves, and has to know their port. */
const targetNumber = (cut: Cut, { metadata }: Stored<Service>, port: ServicePort | undefined): number => {
  const { namespace = '', name } = metadata
  const slices = cut.labelled(EndpointSlice, namespace, { 'kubernetes.io/service-name': name })
  const told = slices.flatMap(({ ports = [] }) => ports).find(one => (one.name ?? '') === (port?.name ?? ''))
  return told?.port ?? port?.port ?? 0
}

const addressText = (service: Stored<Service> | undefined, port: ServicePort | undefined): string => {
  if (!service) return 'is no service’s'
  if (!port) return `is service ${nameOf(service)}, which has no such port`
  return `is ${service.spec?.clusterIP === 'None' ? 'a pod of the headless ' : ''}service ${nameOf(service)}, port ${port.name || port.port}`
}

const ruleText = ({ translation, ends }: TracedConnection): string => {
  switch (translation.tag) {
    case 'None':
      return 'none: the address is not translated'
    case 'NoSuchPort':
      return 'refused: the service has no such port'
    case 'Refused':
      return 'refused: the service has no endpoint that could answer'
    case 'Dropped':
      return 'dropped: the service wants endpoints on this node alone (internalTrafficPolicy Local), and none is here'
    case 'Led':
      return `chain ${translation.chain} leads to ${chosenText(ends, translation.keepsClients)}`
    case 'HandedOn':
      return `none: the node's agent listens there, and hands on to ${chosenText(ends, translation.keepsClients)}`
    case 'Straight':
      return 'none: the pod listens at all addresses of its machine, and this is one'
    case 'Unserved':
      return `none, and nobody listens there for the service: ${translation.why}`
  }
}

const chosenText = (ends: readonly WayEnd[], keepsClients: boolean): string =>
  `${ends.length === 1 ? 'the one endpoint' : `one of ${ends.length} endpoints`}${keepsClients ? ', the one where this client was before' : ', at random'}`

const endpointSteps = (cut: Cut, service: Stored<Service> | undefined): readonly TraceStep[] => {
  if (!service) return []
  const { namespace = '', name } = service.metadata
  const reasons = reasonsFor(cut, { group: '', resource: 'services', namespace, name }) ?? []
  return reasons.map(({ endpoint, state, why }) => ['endpoint', `${endpoint} is ${state}: ${why}`] as const)
}

const policySteps = ({ pod, ip, egress, ingress }: WayEnd): readonly TraceStep[] => [
  ['policies', `out, to ${pod ?? ip}: ${saidText(egress)}`],
  ['policies', `into ${pod ?? ip}: ${saidText(ingress)}`],
]

const saidText = (said: PolicySaying): string => {
  switch (said.tag) {
    case 'NoPolicy':
      return `free, ${said.why}`
    case 'Passes':
      return `let through by ${said.by.join(', ')}`
    case 'Blocked':
      return `blocked: none of ${said.by.join(', ')} lets it through`
  }
}

const isOpen = ({ egress, ingress }: WayEnd): boolean => egress.tag !== 'Blocked' && ingress.tag !== 'Blocked'

const placeText = ({ pod, ip, port, nodeName }: WayEnd): string =>
  pod ? `${pod} (${ip}:${port} on node ${nodeName ?? ''})` : `${ip}:${port}`

const endText = (ways: readonly TracedConnection[], ends: readonly WayEnd[]): string => {
  const [first] = ways
  if (first?.translation.tag === 'Refused' || first?.translation.tag === 'NoSuchPort')
    return 'at the node, refused at once'
  if (first?.translation.tag === 'Dropped') return 'at the node, without an answer'
  if (first?.translation.tag === 'Unserved') return 'at the node, which does not hand it on'
  const [open, blocked] = [ends.filter(isOpen), ends.filter(end => !isOpen(end))]
  const silent = `without an answer where policies block it: ${blocked.map(placeText).join(', ')}`
  if (open.length === 0) return silent
  return `at ${open.map(placeText).join(', or ')}${blocked.length > 0 ? `; ${silent}` : ''}`
}

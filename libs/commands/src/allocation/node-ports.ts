import { fieldError, invalidObject } from '@periplus/api'
import { Service, getsNodePorts, isHealthChecked } from '@periplus/kinds'
import type { ServicePort, ServiceSpec } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import { refOfClaim } from './claims.ts'
import type { Claim } from './claims.ts'
import type { Stock } from './cluster-ips.ts'

/** The ports of nodes that services may have. */
export interface PortRange {
  readonly least: number
  readonly most: number
}

/** As Kubernetes: ports below are for who asks for one of them, as long as there are others. */
const reserved = ({ least, most }: PortRange): number => {
  const size = most - least + 1
  return size <= 16 ? 0 : Math.min(128, Math.max(16, Math.floor(size / 32)))
}

/** The ports of nodes that a service has by its spec, each once. */
export const nodePortsOf = (spec: ServiceSpec | undefined): readonly number[] => {
  if (!spec || (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer')) return []
  const ports = (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []))
  const health = isHealthChecked(spec) && spec.healthCheckNodePort ? [spec.healthCheckNodePort] : []
  return [...new Set([...ports, ...health])]
}

/** The spec with the ports of nodes that its type has; those that it names must be free, but for those that it has already. */
export const withNodePorts = (
  name: string,
  spec: ServiceSpec,
  before: ServiceSpec | undefined,
  range: PortRange,
  { isTaken, random }: Stock,
): Either<AdmissionRefusal, ServiceSpec> => {
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return E.right(spec)
  const own = new Set(nodePortsOf(before))
  const chosen = new Set<number>()
  const take = (port: number, field: string, told = ''): AdmissionRefusal | undefined => {
    const refused = (words: string, restsOn?: Claim): AdmissionRefusal => ({
      refusal: invalidObject(Service, name, [fieldError.invalid(field, port, `${told}${words}`)]),
      ...(restsOn ? { restsOn: [refOfClaim(restsOn)] } : {}),
    })
    if (own.has(port) || chosen.has(port)) return undefined
    if (port < range.least || port > range.most)
      return refused(
        `provided port is not in the valid range. The range of valid ports is ${range.least}-${range.most}`,
      )
    const claim: Claim = { tag: 'NodePort', port }
    if (isTaken(claim)) return refused('provided port is already allocated', claim)
    chosen.add(port)
    return undefined
  }
  const any = (): number | undefined => {
    const offset = range.least + reserved(range)
    for (const [low, high] of [
      [offset, range.most],
      [range.least, offset - 1],
    ] as const) {
      const size = high - low + 1
      const start = Math.floor(random() * size)
      for (let i = 0; i < size; i++) {
        const port = low + ((start + i) % size)
        if (own.has(port) || chosen.has(port) || isTaken({ tag: 'NodePort', port })) continue
        chosen.add(port)
        return port
      }
    }
    return undefined
  }

  const ports: ServicePort[] = []
  /** Ports of the same number, of another protocol, share a node's port. */
  const byPort = new Map<number, number>()
  for (const [i, port] of (spec.ports ?? []).entries()) {
    const shared = byPort.get(port.port)
    const asked = port.nodePort || shared || (before ? undefined : namedFor(port.port, spec.ports))
    if (!asked && !getsNodePorts(spec)) {
      ports.push(port)
      continue
    }
    const refused = asked ? take(asked, `spec.ports[${i}].nodePort`) : undefined
    if (refused) return E.left(refused)
    const nodePort = asked ?? any()
    if (nodePort === undefined) return E.left(full)
    // A service that is there already does not begin to share: its clients know its ports.
    if (!before) byPort.set(port.port, nodePort)
    ports.push({ ...port, nodePort })
  }
  const complete = spec.ports ? { ...spec, ports } : spec
  if (!isHealthChecked(spec)) return E.right(complete)
  if (spec.healthCheckNodePort) {
    const told = `failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: `
    const refused = take(spec.healthCheckNodePort, 'spec.healthCheckNodePort', told)
    return refused ? E.left(refused) : E.right(complete)
  }
  const healthCheckNodePort = any()
  return healthCheckNodePort === undefined ? E.left(full) : E.right({ ...complete, healthCheckNodePort })
}

const full: AdmissionRefusal = {
  refusal: { tag: 'InternalError', message: 'failed to allocate a nodePort: range is full' },
}

const namedFor = (port: number, ports: readonly ServicePort[] = []): number | undefined =>
  ports.find(one => one.port === port && one.nodePort)?.nodePort

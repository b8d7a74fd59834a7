import type { FieldPath } from '@periplus/api'
import type { Container, ContainerPort } from '../container.ts'

interface Placed {
  readonly at: FieldPath
  readonly port: ContainerPort
}

const placed = (containers: readonly (readonly [FieldPath, Container])[]): readonly Placed[] =>
  containers.flatMap(([path, { ports }]) => (ports ?? []).map((port, i) => ({ at: `${path}.ports[${i}]`, port })))

/** How two ports of the same number and protocol are in each other's way; `undefined` where they are not. */
const conflict = (port: ContainerPort, other: ContainerPort): string | undefined => {
  const [ip, otherIp] = [port.hostIP ?? '', other.hostIP ?? '']
  const [host, otherHost] = [port.hostPort ?? 0, other.hostPort ?? 0]
  if (ip === otherIp && host === otherHost) return 'duplicate'
  if (host === 0 || otherHost === 0) return 'overlapping'
  return host === otherHost && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous' : undefined
}

/** As Go prints a port with `%+v`. */
const shown = ({ name = '', hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`

const numberOf = ({ containerPort, protocol = 'TCP' }: ContainerPort): string => `${containerPort}/${protocol}`

/** Each port may be in the way of each one before it; so many are told of, and that is more than goes out. */
const mostTold = 200

const conflictWarnings = (all: readonly Placed[]): readonly string[] => {
  const told: string[] = []
  const before = new Map<string, Placed[]>()
  for (const one of all) {
    const { at, port } = one
    if (port.hostIP && !port.hostPort) told.push(`${at}: hostIP set without hostPort: ${shown(port)}`)
    const same = before.get(numberOf(port)) ?? []
    before.set(numberOf(port), same)
    for (const other of same) {
      const how = conflict(port, other.port)
      if (how !== undefined) told.push(`${at}: ${how} port definition with ${other.at}`)
      if (told.length > mostTold) return told
    }
    same.push(one)
  }
  return told
}

const nameWarnings = (all: readonly Placed[]): readonly string[] => {
  const named = new Map<string, Placed>()
  return all.flatMap(one => {
    const { name } = one.port
    const first = name ? named.get(name) : undefined
    if (name && !first) named.set(name, one)
    return first
      ? [
          `${one.at}: duplicate port name ${JSON.stringify(name)} with ${first.at}, services and probes that select ports by name will use ${first.at}`,
        ]
      : []
  })
}

/** Ports of a pod's containers that are defined more than once. */
export const portWarnings = (containers: readonly (readonly [FieldPath, Container])[]): readonly string[] => {
  const all = placed(containers)
  return [...conflictWarnings(all), ...nameWarnings(all)]
}

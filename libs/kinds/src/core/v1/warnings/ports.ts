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

const sameNumber = (a: ContainerPort, b: ContainerPort): boolean =>
  a.containerPort === b.containerPort && (a.protocol ?? 'TCP') === (b.protocol ?? 'TCP')

/** Ports of a pod's containers that are defined more than once. */
export const portWarnings = (containers: readonly (readonly [FieldPath, Container])[]): readonly string[] => {
  const all = placed(containers)
  return [
    ...all.flatMap(({ at, port }, i) => [
      ...(port.hostIP && !port.hostPort ? [`${at}: hostIP set without hostPort: ${shown(port)}`] : []),
      ...all.slice(0, i).flatMap(other => {
        const how = sameNumber(port, other.port) ? conflict(port, other.port) : undefined
        return how === undefined ? [] : [`${at}: ${how} port definition with ${other.at}`]
      }),
    ]),
    ...all.flatMap(({ at, port: { name } }, i) => {
      const first = name ? all.slice(0, i).find(other => other.port.name === name) : undefined
      return first
        ? [
            `${at}: duplicate port name ${JSON.stringify(name)} with ${first.at}, services and probes that select ports by name will use ${first.at}`,
          ]
        : []
    }),
  ]
}

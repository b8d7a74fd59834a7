import { fieldError, isPortName, isPortNumber } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, requiredOneOf, unique } from '../../../validation/values.ts'
import type { Container, ContainerPort } from '../container.ts'

const { duplicate, invalid, required } = fieldError

const protocols = ['SCTP', 'TCP', 'UDP']

export const portNumberErrors = (path: FieldPath, port: number): readonly FieldError[] =>
  isPortNumber(port).map(complaint => invalid(path, port, complaint))

/** A port by number or by name, as probes and services name it. */
export const portReferenceErrors = (path: FieldPath, port: number | string): readonly FieldError[] =>
  typeof port === 'number'
    ? portNumberErrors(path, port)
    : isPortName(port).map(complaint => invalid(path, port, complaint))

export const containerPortErrors = (
  path: FieldPath,
  ports: readonly ContainerPort[] | undefined,
): readonly FieldError[] => [
  ...each(path, ports, (port, at) => [
    ...obeys(`${at}.name`, port.name, isPortName),
    ...(port.containerPort === 0
      ? [required(`${at}.containerPort`)]
      : portNumberErrors(`${at}.containerPort`, port.containerPort)),
    ...(port.hostPort ? portNumberErrors(`${at}.hostPort`, port.hostPort) : []),
    ...requiredOneOf(`${at}.protocol`, port.protocol ?? 'TCP', protocols),
  ]),
  ...unique(path, ports, ({ name }) => name, 'name'),
]

/** A port of the node can be had once. */
export const hostPortConflicts = (
  path: FieldPath,
  containers: readonly Container[] | undefined,
): readonly FieldError[] => {
  const taken = new Set<string>()
  return each(path, containers, ({ ports }, at) =>
    each(`${at}.ports`, ports, ({ hostPort, hostIP = '', protocol = 'TCP' }, portAt) => {
      if (!hostPort) return []
      const claim = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(claim)) return [duplicate(`${portAt}.hostPort`, claim)]
      taken.add(claim)
      return []
    }),
  )
}

import { fieldError, isPortName, isPortNumber } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, requiredOneOf } from '../../../validation/values.ts'
import type { Container, ContainerPort } from '../container.ts'
import type { PodSpec } from '../pod/spec.ts'

const { duplicate, invalid, required } = fieldError

const protocols = ['SCTP', 'TCP', 'UDP']

export const portNumberErrors = (path: FieldPath, port: number): readonly FieldError[] =>
  isPortNumber(port).map(complaint => invalid(path, port, complaint))

/** A port by number or by name, as probes and services name it. */
export const portReferenceErrors = (path: FieldPath, port: number | string): readonly FieldError[] =>
  typeof port === 'number'
    ? portNumberErrors(path, port)
    : isPortName(port).map(complaint => invalid(path, port, complaint))

const portErrors = (path: FieldPath, port: ContainerPort): readonly FieldError[] => [
  ...(port.containerPort === 0
    ? [required(`${path}.containerPort`)]
    : portNumberErrors(`${path}.containerPort`, port.containerPort)),
  ...(port.hostPort ? portNumberErrors(`${path}.hostPort`, port.hostPort) : []),
  ...requiredOneOf(`${path}.protocol`, port.protocol ?? 'TCP', protocols),
]

/** What is wrong with a container's ports; a name that is no name can't be there twice. */
export const containerPortErrors = (
  path: FieldPath,
  ports: readonly ContainerPort[] | undefined,
): readonly FieldError[] => {
  const names = new Set<string>()
  return each(path, ports, (port, at) => {
    const broken = obeys(`${at}.name`, port.name, isPortName)
    const again = broken.length === 0 && port.name && names.has(port.name)
    if (port.name && broken.length === 0) names.add(port.name)
    return [...broken, ...(again ? [duplicate(`${at}.name`, port.name)] : []), ...portErrors(at, port)]
  })
}

/** On the node's own network a container's ports are the node's; a template may leave that open. */
export const hostPortErrors = (path: FieldPath, spec: PodSpec, isPod: boolean): readonly FieldError[] =>
  spec.hostNetwork
    ? each(path, spec.containers, ({ ports }, at) =>
        each(`${at}.ports`, ports, ({ hostPort = 0, containerPort }, one) =>
          (isPod || hostPort !== 0) && hostPort !== containerPort
            ? [invalid(`${one}.hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')]
            : [],
        ),
      )
    : []

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

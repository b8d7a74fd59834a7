import { deepEqual, fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, nonNegative } from '../../validation/values.ts'
import { csiDriverNameErrors } from '../../core/v1/validation/volume-plugins.ts'
import type { CSINode, CSINodeDriver } from './csi-node-schema.ts'

const { duplicate, invalid, required } = fieldError

const longestNodeId = 256

const topologyErrors = (path: FieldPath, keys: readonly string[]): readonly FieldError[] => {
  const seen = new Set<string>()
  return keys.flatMap(key => {
    const repeated = seen.has(key)
    seen.add(key)
    return [
      ...(key === '' ? [required(path)] : []),
      ...(repeated ? [duplicate(path, key)] : []),
      ...isQualifiedName(key).map(complaint => invalid(path, key, complaint)),
    ]
  })
}

const driverErrors = (path: FieldPath, driver: CSINodeDriver, repeated: boolean): readonly FieldError[] => [
  ...csiDriverNameErrors(`${path}.name`, driver.name),
  ...(driver.nodeID === '' ? [required(`${path}.nodeID`)] : []),
  ...(driver.nodeID.length > longestNodeId
    ? [invalid(`${path}.nodeID`, driver.nodeID, `must be ${longestNodeId} characters or less`)]
    : []),
  ...nonNegative(`${path}.allocatable.count`, driver.allocatable?.count),
  ...(repeated ? [duplicate(`${path}.name`, driver.name)] : []),
  ...topologyErrors(path, driver.topologyKeys ?? []),
]

/** What is wrong with what a node says of its drivers. */
export const csiNodeErrors = ({ spec }: CSINode): readonly FieldError[] => {
  const seen = new Set<string>()
  return each('spec.drivers', spec.drivers, (driver, at) => {
    const repeated = seen.has(driver.name)
    seen.add(driver.name)
    return driverErrors(at, driver, repeated)
  })
}

/** What a driver said of itself stays; how many volumes it takes may change. */
export const csiNodeUpdateErrors = ({ spec: next }: CSINode, { spec: previous }: CSINode): readonly FieldError[] =>
  previous.drivers.flatMap(before =>
    next.drivers
      .filter(({ name }) => name === before.name)
      .flatMap(after => {
        const { allocatable: _, ...kept } = after
        const { allocatable: __, ...was } = before
        return deepEqual(kept, was) ? [] : [invalid('spec.drivers', goDriver(after), 'field is immutable')]
      }),
  )

/** As Go shows a value of its internal type, all of whose fields have their own names. */
const goDriver = ({ name, nodeID, topologyKeys }: CSINodeDriver): object => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys ?? null,
  Allocatable: null,
})

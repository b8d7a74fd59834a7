import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import type { Kind } from '@periplus/api'
import {
  ConfigMap,
  EndpointSlice,
  Endpoints,
  Job,
  PersistentVolumeClaim,
  Pod,
  PriorityClass,
  Service,
  StatefulSet,
} from '@periplus/kinds'

/** What is kept of `value` at a path of members and positions. */
const kept = (kind: Pick<Kind, 'schema'>, path: string, value: unknown): unknown => {
  const keys = path.split('.')
  const object = keys.reduceRight<unknown>((below, key) => (key === '0' ? [below] : { [key]: below }), value)
  return keys.reduce<unknown>(
    (at, key) => (Object(at) as Record<string, unknown>)[key],
    conform(kind.schema, object).value,
  )
}

/** As the fields of Go's types are declared: `*string` or `string` with `omitempty`. */
describe('a zero value that a client writes', () => {
  for (const [kind, path, zero] of [
    [PersistentVolumeClaim, 'spec.volumeMode', ''],
    [PersistentVolumeClaim, 'spec.storageClassName', ''],
    [Job, 'spec.completionMode', ''],
    [Job, 'spec.suspend', false],
    [Pod, 'spec.volumes.0.hostPath.type', ''],
    [Pod, 'spec.securityContext.runAsUser', 0],
    [Service, 'spec.ipFamilyPolicy', ''],
    [EndpointSlice, 'ports.0.name', ''],
    [PriorityClass, 'preemptionPolicy', ''],
    [PriorityClass, 'value', 0],
    [StatefulSet, 'spec.ordinals.start', 0],
    [ConfigMap, 'immutable', false],
  ] as const)
    it(`is kept where Go has a pointer, or writes every value: ${kind.kind} ${path}`, () => {
      assert.equal(kept(kind, path, zero), zero)
    })

  for (const [kind, path, zero] of [
    [Endpoints, 'subsets.0.ports.0.name', ''],
    [PersistentVolumeClaim, 'spec.volumeName', ''],
    [Pod, 'spec.hostNetwork', false],
    [Pod, 'spec.containers.0.livenessProbe.periodSeconds', 0],
    [Service, 'spec.publishNotReadyAddresses', false],
    [PriorityClass, 'globalDefault', false],
  ] as const)
    it(`is as if it were absent where Go has none: ${kind.kind} ${path}`, () => {
      assert.equal(kept(kind, path, zero), undefined)
    })
})

import type { Schema } from './schema.ts'
import { canonicalScalar, zeroScalar } from './scalars.ts'
import { isRecord, put } from '../json/json-value.ts'
import { derived, shortName } from './shape.ts'
import type { AnyField, SolidShape, StructShape } from './shape.ts'
import { countsAsAbsent } from './zero-values.ts'

/** Where the walk is, and what it has found. */
class Walk {
  readonly path: (string | number)[] = []
  readonly unknown: string[] = []
  readonly goesOn: boolean

  constructor(goesOn: boolean) {
    this.goesOn = goesOn
  }

  get inStatus(): boolean {
    return this.path[0] === 'status'
  }

  missUnknown(...below: readonly (string | number)[]): void {
    this.unknown.push(pathText([...this.path, ...below]))
  }
}

/** `spec.containers[0].image`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  )

type Conform = (value: unknown, walk: Walk) => unknown

/** Kinds whose validation is held to what Kubernetes' own code says of incomplete objects: Go reads no field as required. */
const judged = new Set(
  [
    'apps.v1 ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
    'autoscaling.v1 HorizontalPodAutoscaler',
    'autoscaling.v2 HorizontalPodAutoscaler',
    'batch.v1 CronJob Job',
    'coordination.v1 Lease',
    'core.v1 ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate',
    'core.v1 ReplicationController ResourceQuota Secret Service ServiceAccount',
    'discovery.v1 EndpointSlice',
    'events.v1 Event',
    'networking.v1 Ingress IngressClass NetworkPolicy',
    'node.v1 RuntimeClass',
    'policy.v1 PodDisruptionBudget',
    'rbac.v1 ClusterRole ClusterRoleBinding Role RoleBinding',
    'scheduling.v1 PriorityClass',
    'storage.v1 CSIDriver CSINode StorageClass',
  ].flatMap(line => {
    const [version = '', ...kinds] = line.split(' ')
    return kinds.map(kind => `io.k8s.api.${version}.${kind}`)
  }),
)

/**
 * Whether an object of the schema is taken without what it requires, for its kind's own validation to judge: there are zero values
 * in the places of what is missing, and nothing where Go has a pointer (the selector of a workload).
 */
export const goesOnWithoutRequired = ({ shape }: Schema<unknown>): boolean =>
  shape.tag === 'struct' && judged.has(shape.name)

/** Required text that Kubernetes takes as empty when it is missing, of the other kinds. */
const mayBeEmpty = new Set(['TokenReviewSpec.token', 'TokenRequest.audience'])

/**
 * What a missing required field becomes: Go's zero value where Kubernetes goes on with that; `undefined` where it answers
 * `Required value`, which is then the codec's to find. What a status lacks is never the client's mistake.
 */
const fillIn = (struct: StructShape, name: string, field: AnyField): ((walk: Walk) => unknown) => {
  const full = `${shortName(struct)}.${name}`
  const conform = conformOf(field.schema)
  const { shape } = field.schema
  if (shape.tag === 'scalar') {
    const zero = zeroScalar[shape.scalar]
    const strict = (shape.scalar === 'string' || shape.scalar === 'bytes') && !mayBeEmpty.has(full)
    return walk => (strict && !walk.inStatus && !walk.goesOn ? undefined : zero)
  }
  if (shape.tag === 'list') return walk => (walk.inStatus || walk.goesOn ? [] : undefined)
  if (shape.tag === 'map') return walk => (walk.inStatus || walk.goesOn ? {} : undefined)
  if (shape.tag === 'struct' && shortName(shape) === 'LabelSelector') return () => undefined
  return walk => conform({}, walk)
}

const structConform = (struct: StructShape): Conform => {
  interface Plan {
    readonly conform: Conform
    readonly absent: (value: unknown) => boolean
  }
  let plans: Map<string, Plan> | undefined
  let needed: (readonly [string, (walk: Walk) => unknown])[] = []
  const prepare = (): Map<string, Plan> => {
    const fields = Object.entries(struct.fields)
    needed = fields.filter(([, field]) => field.required).map(([name, field]) => [name, fillIn(struct, name, field)])
    return new Map(
      fields.map(([name, field]) => [
        name,
        { conform: conformOf(field.schema), absent: countsAsAbsent(struct, name, field) },
      ]),
    )
  }
  const { rest } = struct.options
  return (value, walk) => {
    if (!isRecord(value)) return value
    plans ??= prepare()
    const conformed: Record<string, unknown> = {}
    let others: Record<string, unknown> | undefined
    for (const key in value) {
      const plan = plans.get(key)
      if (plan === undefined) {
        if (rest) put((others ??= {}), key, value[key])
        else walk.missUnknown(key)
        continue
      }
      const given = value[key]
      if (given === null || given === undefined) continue
      walk.path.push(key)
      const kept = plan.conform(given, walk)
      walk.path.pop()
      if (!plan.absent(kept)) conformed[key] = kept
    }
    for (const [name, fill] of needed) {
      if (conformed[name] !== undefined) continue
      walk.path.push(name)
      const filled = fill(walk)
      walk.path.pop()
      if (filled !== undefined) conformed[name] = filled
    }
    if (rest && others) {
      const kept = rest.prune(others, path => walk.missUnknown(...path)) as Record<string, unknown>
      for (const key of Object.keys(kept)) put(conformed, key, kept[key])
    }
    return conformed
  }
}

/** What `null` stands for as an element of a list or a value of a map. */
const zeroOf = (shape: SolidShape): unknown => {
  if (shape.tag === 'scalar') return zeroScalar[shape.scalar] ?? null
  return shape.tag === 'list' ? [] : {}
}

const conformOf: (schema: Schema<unknown>) => Conform = derived((shape): Conform => {
  switch (shape.tag) {
    case 'scalar': {
      const { union } = shape
      // What is unknown in it is nobody's complaint: Kubernetes reads such values by themselves.
      if (union !== undefined)
        return value => conformOf(isRecord(value) ? union.struct.schema : union.other.schema)(value, new Walk(false))
      const canonical = canonicalScalar[shape.scalar]
      return value => canonical(value)
    }
    case 'list':
      return (value, walk) =>
        Array.isArray(value)
          ? value.map((element, position) => {
              walk.path.push(position)
              const kept = conformOf(shape.of)(element ?? zeroOf(shape.of.shape as SolidShape), walk)
              walk.path.pop()
              return kept
            })
          : value
    case 'map':
      return (value, walk) => {
        if (!isRecord(value)) return value
        const conformed: Record<string, unknown> = {}
        for (const key in value) {
          walk.path.push(key)
          put(conformed, key, conformOf(shape.of)(value[key] ?? zeroOf(shape.of.shape as SolidShape), walk))
          walk.path.pop()
        }
        return conformed
      }
    case 'struct':
      return structConform(shape)
  }
})

/** What `conform` made of a value, and what it dropped. */
export interface Conformed {
  readonly value: unknown
  /** Paths of the fields that the schema doesn't have, in the value's order. */
  readonly unknown: readonly string[]
}

/**
 * A JSON value in the form in which it is kept: unknown fields and nulls dropped, quantities and times canonical, zero values
 * as Go would have them. Types are not checked: what is wrong stays, for `predicateOf` and `explain` to find. The input is
 * not changed.
 */
export const conform = (schema: Schema<unknown>, value: unknown): Conformed => {
  const walk = new Walk(goesOnWithoutRequired(schema))
  const conformed = conformOf(schema)(value, walk)
  return { value: conformed, unknown: walk.unknown }
}

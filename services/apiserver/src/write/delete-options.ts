import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { FieldError, Refusal } from '@periplus/api'
import type { DeleteOptions } from '@periplus/commands'
import type { TypeOf } from '@periplus/api'
import type { Call } from '../http/call.ts'
import { deleteOptionsBody } from './bodies.ts'
import { readBodyOf } from './read-object.ts'
import { booleanParameter } from '../request/request-info.ts'
import { dryRunErrors } from './write-options.ts'

export interface Deletion {
  readonly options: DeleteOptions
  readonly dryRun: boolean
  /** The caller wants dependents gone too, and asked in a way that is answered 202 while they last. */
  readonly cascades: boolean
}

type Given = TypeOf<typeof deleteOptionsBody.schema>

const policies = ['Foreground', 'Background', 'Orphan'] as const
type Policy = (typeof policies)[number]

/** `DeleteOptions` from the body where there is one, else from the query. */
export const readDeletion = async (call: Call): Promise<Either<Refusal, Deletion>> => {
  const body = await call.body()
  if (E.isLeft(body)) return body
  const given =
    body.right.length > 0
      ? await readBodyOf(call, deleteOptionsBody, { fieldValidation: 'Ignore', anyVersion: true })
      : fromQuery(call.query)
  return E.isLeft(given) ? given : deletionOf(given.right)
}

/** What any `DeleteOptions` mean, an eviction's included. */
export const deletionOf = (given: Given): Either<Refusal, Deletion> => {
  const errors = errorsIn(given)
  if (errors.length > 0)
    return E.left({
      tag: 'Invalid',
      target: { group: 'meta.k8s.io', resource: '', name: '', kind: 'DeleteOptions' },
      causes: errors,
    })
  const { gracePeriodSeconds, preconditions } = given
  const propagationPolicy = policyOf(given)
  return E.right({
    options: {
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: Number(gracePeriodSeconds) }),
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      ...(preconditions === undefined ? {} : { preconditions }),
    },
    dryRun: (given.dryRun ?? []).length > 0,
    cascades: given.orphanDependents === false || given.propagationPolicy === 'Foreground',
  })
}

const fromQuery = (query: URLSearchParams): Either<Refusal, Given> => {
  const seconds = query.get('gracePeriodSeconds')
  if (seconds !== null && !/^[+-]?\d{1,18}$/.test(seconds))
    return E.left({
      tag: 'BadRequest',
      message: `strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`,
    })
  const policy = query.get('propagationPolicy')
  const orphan = query.get('orphanDependents')
  const dryRun = query.getAll('dryRun').filter(value => value !== '')
  return E.right({
    ...(seconds === null ? {} : { gracePeriodSeconds: Number(seconds) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(orphan === null ? {} : { orphanDependents: orphan !== 'false' && orphan !== '0' }),
    ...(booleanParameter(query, unsafely) ? { [unsafely]: true } : {}),
    ...(dryRun.length > 0 ? { dryRun } : {}),
  })
}

/** Kubernetes 1.35 has it off by default, and then overlooks it. Who asks for it wants an object gone whatever holds it. */
const unsafely = 'ignoreStoreReadErrorWithClusterBreakingPotential'

const isPolicy = (value: string): value is Policy => policies.includes(value as Policy)

const errorsIn = (given: Given): readonly FieldError[] => {
  const { propagationPolicy, orphanDependents } = given
  const errors: FieldError[] = []
  if (propagationPolicy !== undefined && orphanDependents !== undefined)
    errors.push(
      fieldError.invalid(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    )
  if (propagationPolicy !== undefined && !isPolicy(propagationPolicy))
    errors.push(fieldError.notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil']))
  if (given[unsafely])
    errors.push(fieldError.invalid(unsafely, true, 'this server deletes nothing that it cannot read'))
  return [...errors, ...dryRunErrors(given.dryRun ?? [])]
}

const policyOf = ({ propagationPolicy, orphanDependents }: Given): Policy | undefined => {
  if (propagationPolicy !== undefined && isPolicy(propagationPolicy)) return propagationPolicy
  if (orphanDependents === undefined) return undefined
  return orphanDependents ? 'Orphan' : 'Background'
}

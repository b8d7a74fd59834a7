import {
  addQuantities,
  applyDefaults,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  compareQuantities,
  decodeValue,
  formatQuantity,
  milliValue,
  parseQuantity,
  refOf,
  subtractQuantities,
  tableOf,
  wholeValue,
} from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Outcome } from '@periplus/commands'
import { builtinRegistry, kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import type { Origin } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import type { Answer, Question } from './judge.ts'

const origin: Origin = { actor: 'user:admin', component: 'oracle', causes: [], correlationId: 'oracle' }
const now = Date.parse('2026-01-02T03:04:05Z')

/** What every object is called inside; the judge is told the same. */
export const uid = '00000000-0000-4000-8000-000000000001'

/** The kind that a question's object is of. */
export const kindOf = (object: unknown): Kind => {
  const { apiVersion = '', kind = '' } = object as KubernetesObject
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  const found = builtinRegistry.byKind(group, version, kind)
  if (!found) throw new Error(`no kind ${apiVersion} ${kind}`)
  return found
}

const read = (kind: Kind, object: unknown): Either<Refusal, KubernetesObject> => {
  const decoded = decodeValue(kind, object, { fieldValidation: 'Strict' })
  return E.isLeft(decoded) ? decoded : E.right(decoded.right.object)
}

/** The object with everything filled in that it leaves open. */
export const filled = (kind: Kind, object: KubernetesObject): KubernetesObject => {
  const complete = applyDefaults(kind.schema, object)
  return kind.defaults ? kind.defaults(complete) : complete
}

/** The object as it would stand in the log; as it is where it cannot be read. */
export const asStored = (object: unknown): unknown => {
  const kind = kindOf(object)
  const decoded = read(kind, object)
  return E.isLeft(decoded) ? object : filled(kind, unversioned(decoded.right))
}

const refused = (refusal: Refusal): Answer =>
  refusal.tag === 'Invalid'
    ? { causes: refusal.causes.map(({ reason, field, message }) => ({ reason, field, message })) }
    : { failure: JSON.stringify(refusal) }

const answer = (result: Either<Refusal, Outcome>): Answer =>
  E.isLeft(result) ? refused(result.left) : { object: result.right.object, warnings: result.right.warnings ?? [] }

/** What our own code makes of a question. */
export const ourAnswer = async (question: Question): Promise<Answer> => {
  switch (question.op) {
    case 'create':
    case 'update':
      return written(question)
    case 'table':
      return row(question)
    case 'patch':
      return patched(question)
    case 'quantity':
      return reckoned(question)
    default:
      throw new Error(`not asked of us: ${question.op}`)
  }
}

/** Our sequence is not the judge's `resourceVersion`. */
const unversioned = (object: KubernetesObject): KubernetesObject => {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {}
  return { ...object, metadata }
}

/** In a cluster that has nothing but the object as it was before, without admission. */
const written = async ({ op, resource = '', object, previous }: Question): Promise<Answer> => {
  const kind = kindOf(object)
  const log = memoryEventLog()
  const cut = mutableCut()
  const commands = createCommands({ cut, log, kindsAt, admission: [], clock: virtualClock(now), newId: () => uid })
  const next = read(kind, object)
  if (E.isLeft(next)) return refused(next.left)
  if (op === 'create') return answer(await commands.execute({ verb: 'create', kind, object: next.right }, origin))
  const before = read(kind, previous)
  if (E.isLeft(before)) return refused(before.left)
  const { namespace = '', name = '' } = before.right.metadata ?? {}
  log.appendNow({
    id: 'before',
    type: 'created',
    ref: refOf(kind, namespace, name),
    uid,
    expected: 0,
    previous: 0,
    origin,
    time: '2026-01-02T03:04:05.000Z',
    body: Buffer.from(JSON.stringify(filled(kind, unversioned(before.right)))),
  })
  cut.apply(log.slice(1))
  const subresource = resource.split('/')[2]
  return answer(
    await commands.execute(
      { verb: 'update', kind, object: unversioned(next.right), ...(subresource !== undefined && { subresource }) },
      origin,
    ),
  )
}

const row = ({ object }: Question): Answer => {
  const kind = kindOf(object)
  const shown = read(kind, object)
  if (E.isLeft(shown)) return refused(shown.left)
  const { columnDefinitions, rows } = tableOf(kind, [filled(kind, shown.right)], {
    now: Date.now(),
    includeObject: 'None',
  })
  const columns = (columnDefinitions ?? []).map(({ name, type, format, priority }) => ({
    name,
    type,
    format,
    priority,
  }))
  return { columns, cells: rows[0]?.cells ?? [] }
}

const patched = ({ object, type, patch }: Question): Answer => {
  const result =
    type === 'json'
      ? applyJsonPatch(object, patch)
      : type === 'merge'
        ? applyMergePatch(object, patch)
        : applyStrategicPatch(kindOf(object).schema, object, patch)
  return E.isLeft(result) ? refused(result.left) : { object: result.right }
}

/** What has no number of 64 bits in thousandths. */
const isBeyond = (nanos: bigint): boolean => nanos > 9n * 10n ** 24n || nanos < -9n * 10n ** 24n

const reckoned = ({ texts = [] }: Question): Answer => {
  const [a, b] = texts.map(parseQuantity)
  if (!a || !b) throw new Error('two texts are needed')
  if (E.isLeft(a)) return { failure: a.left }
  if (E.isLeft(b)) return { failure: b.left }
  const facts = {
    first: formatQuantity(a.right),
    second: formatQuantity(b.right),
    sum: formatQuantity(addQuantities(a.right, b.right)),
    difference: formatQuantity(subtractQuantities(a.right, b.right)),
    order: compareQuantities(a.right, b.right),
    value: isBeyond(a.right.nanos) ? 'beyond' : String(wholeValue(a.right)),
    milli: isBeyond(a.right.nanos) ? 'beyond' : String(milliValue(a.right)),
    sign: Number(a.right.nanos > 0n) - Number(a.right.nanos < 0n),
  }
  return { facts }
}

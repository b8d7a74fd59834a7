import { decodeValue } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Commands, Outcome } from '@periplus/commands'
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

/** A write path over an empty cluster, without admission. */
const emptyCluster = (): { readonly commands: Commands; catchUp(): void } => {
  const log = memoryEventLog()
  const cut = mutableCut()
  const commands = createCommands({ cut, log, kindsAt, admission: [], clock: virtualClock(now), newId: () => uid })
  return { commands, catchUp: () => cut.apply(log.slice(cut.sequence + 1)) }
}

const read = (kind: Kind, object: unknown): Either<Refusal, KubernetesObject> => {
  const decoded = decodeValue(kind, object, { fieldValidation: 'Strict' })
  return E.isLeft(decoded) ? decoded : E.right(decoded.right.object)
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
    default:
      throw new Error(`not asked of us: ${question.op}`)
  }
}

const written = async ({ op, resource = '', object, previous }: Question): Promise<Answer> => {
  const kind = kindOf(object)
  const cluster = emptyCluster()
  const next = read(kind, object)
  if (E.isLeft(next)) return refused(next.left)
  if (op === 'create')
    return answer(await cluster.commands.execute({ verb: 'create', kind, object: next.right }, origin))
  const before = read(kind, previous)
  if (E.isLeft(before)) return refused(before.left)
  const made = await cluster.commands.execute({ verb: 'create', kind, object: unversioned(before.right) }, origin)
  if (E.isLeft(made)) return { failure: `the object before was refused: ${JSON.stringify(made.left)}` }
  cluster.catchUp()
  const subresource = resource.split('/')[2]
  return answer(
    await cluster.commands.execute(
      { verb: 'update', kind, object: unversioned(next.right), ...(subresource !== undefined && { subresource }) },
      origin,
    ),
  )
}

/** Our sequence is not the judge's `resourceVersion`. */
const unversioned = (object: KubernetesObject): KubernetesObject => {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {}
  return { ...object, metadata }
}

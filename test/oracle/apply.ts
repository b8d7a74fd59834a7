/** Asks Kubernetes' own code and ours who owns what after several writes of one object, and prints each difference once. */
import fc from 'fast-check'
import { canonicalJson, decodeValue, serverSideApply, statusOf } from '@periplus/api'
import type { FieldOwner, Kind, KubernetesObject, OwnershipContext, Refusal } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { changes, present } from './compare.ts'
import { applyEdits, drawEdits } from './edits.ts'
import { buildJudge, startJudge } from './judge.ts'
import type { Step, Stepped } from './judge.ts'
import { filled, kindOf } from './ours.ts'
import { seeds } from './seeds.ts'
import { oneOf } from './values.ts'
import type { Draw } from './values.ts'

const count = Number(process.env['N'] ?? 2000)
const start = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const wanted = process.env['KIND']
const batch = 100
const now = '2026-01-02T03:04:05Z'

type Json = Readonly<Record<string, unknown>>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What an applier may say of an object: some of it, with what tells the elements of lists apart. */
const thinned = (draw: Draw, value: unknown, depth: number): unknown => {
  if (Array.isArray(value))
    return value.filter(() => draw(fc.integer, { min: 0, max: 3 }) > 0).map(one => thinned(draw, one, depth + 1))
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const isIdentity =
        ['apiVersion', 'kind', 'metadata', 'name', 'namespace'].includes(name) &&
        (depth < 2 || typeof member !== 'object')
      if (!isIdentity && draw(fc.integer, { min: 0, max: 3 }) === 0) return []
      return [[name, thinned(draw, member, depth + 1)]]
    }),
  )
}

const stepsOf = (draw: Draw): readonly Step[] => {
  const pool = seeds.filter(({ object }) => wanted === undefined || (object as KubernetesObject).kind === wanted)
  const seed = oneOf(draw, pool)
  const kind = kindOf(seed.object)
  const length = draw(fc.integer, { min: 2, max: 6 })
  return Array.from({ length }, (_, i) => {
    const whole = applyEdits(seed.object, drawEdits(draw, kind.schema, seed.object, seed.parts))
    const verb = draw(fc.integer, { min: 0, max: 2 }) === 0 ? 'update' : 'apply'
    return {
      verb,
      manager: oneOf(draw, ['one', 'two', 'three']),
      object: verb === 'apply' ? thinned(draw, whole, 0) : whole,
      force: i % 2 === 1 && draw(fc.boolean),
    }
  })
}

const apiVersionOf = ({ group, version }: Kind): string => (group === '' ? version : `${group}/${version}`)

const contextOf = (kind: Kind): OwnershipContext => {
  const type = serverSideApply.mergeTypeOf(kind.schema)
  return {
    type,
    ignored: { 'f:status': {} },
    inVersion: (object, version) => (version === apiVersionOf(kind) ? { object, type } : undefined),
    isDescribed: false,
    now,
  }
}

const read = (kind: Kind, value: unknown): Either<Refusal, KubernetesObject> => {
  const decoded = decodeValue(kind, value, { fieldValidation: 'Ignore' })
  if (E.isLeft(decoded)) return decoded
  return E.right(filled(kind, decoded.right.object))
}

const refusedAs = (refusal: Refusal): Stepped => ({ refused: statusOf(refusal).message ?? '' })

const ours = (steps: readonly Step[]): readonly Stepped[] => {
  let live: KubernetesObject | undefined
  return steps.map(step => {
    const result = take(live, step)
    if (result.object) live = result.object as KubernetesObject
    return result
  })
}

const withOwners = (object: KubernetesObject, managedFields: unknown): Stepped => ({
  object: { ...object, metadata: { ...object.metadata, managedFields } },
})

const take = (live: KubernetesObject | undefined, { verb, manager, object, force }: Step): Stepped => {
  const kind = kindOf(object)
  const context = contextOf(kind)
  const { managedFields, ...metadata } = live?.metadata ?? {}
  const before = live && { ...live, metadata }
  const known = serverSideApply.ownManagedFields(managedFields)
  const writer: FieldOwner = {
    manager,
    operation: verb === 'apply' ? 'Apply' : 'Update',
    apiVersion: apiVersionOf(kind),
    subresource: '',
  }
  const empty = serverSideApply.emptyObject(kind.schema)
  try {
    if (verb === 'update') {
      const after = read(kind, object)
      if (E.isLeft(after)) return refusedAs(after.left)
      if (before && known.length === 0) return withOwners(after.right, undefined)
      const owners = serverSideApply.trackUpdate(context, { ...empty, ...before }, after.right, known, writer)
      return withOwners(after.right, serverSideApply.writeManagedFields(owners))
    }
    const faults = serverSideApply.unfit(context.type, object)
    if (faults.length > 0) return { refused: faults.join('\n') }
    const earlier = { ...writer, manager: 'before-first-apply', operation: 'Update' } as const
    const owners =
      known.length > 0 || !before ? known : serverSideApply.trackUpdate(context, empty, before, known, earlier)
    const applied = serverSideApply.apply(context, before ?? {}, object, owners, writer, force)
    if (applied.conflicts.length > 0) return refusedAs(serverSideApply.applyConflict(applied.conflicts))
    const after = read(kind, applied.object)
    return E.isLeft(after)
      ? refusedAs(after.left)
      : withOwners(after.right, serverSideApply.writeManagedFields(applied.owners))
  } catch (error) {
    if (error instanceof serverSideApply.UnfitValue) return { refused: error.message }
    throw error
  }
}

const ownersText = (entry: unknown): string => {
  const { manager, operation, subresource, time, fieldsV1 } = entry as Json
  return `${String(manager)} ${String(operation)} ${String(subresource ?? '')} ${time === undefined ? 'without time ' : ''}${canonicalJson(fieldsV1)}`
}

/** What is not asked: what a configuration leaves out of what must be there is refused here when it is read, and there later. */
const isIncomplete = ({ refused = '' }: Stepped): boolean => / is invalid: /.test(refused)

/** The first thing in which the two sides differ; what was refused by both is alike, unless it is for conflicts. */
const difference = (own: readonly Stepped[], their: readonly Stepped[]): string | undefined => {
  for (const [i, mine] of own.entries()) {
    const other = their[i] ?? {}
    if (isIncomplete(mine)) return undefined
    if (mine.refused !== undefined || other.refused !== undefined) {
      if (mine.refused === undefined || other.refused === undefined)
        return `step ${i}: ours ${mine.refused ?? 'taken'}; theirs ${other.refused ?? 'taken'}`
      const conflict = /^Apply failed/
      if ((conflict.test(mine.refused) || conflict.test(other.refused)) && mine.refused !== other.refused)
        return `step ${i}: ours ${mine.refused}; theirs ${other.refused}`
      continue
    }
    const texts = [mine, other].map(({ object }) => managedIn(object).map(ownersText).toSorted().join('\n    '))
    if (texts[0] !== texts[1]) return `step ${i}: owners\n  ours\n    ${texts[0]}\n  theirs\n    ${texts[1]}`
    const [changed] = changes(present(withoutServers(mine.object)), present(withoutServers(other.object)), '')
    if (changed) return `step ${i}: ${changed.field} ${changed.detail}`
  }
  return undefined
}

const managedIn = (object: unknown): readonly unknown[] => (object as KubernetesObject).metadata?.managedFields ?? []

const withoutServers = (object: unknown): unknown => {
  const { status: _, metadata, ...rest } = object as KubernetesObject & { status?: unknown }
  const { uid: __, creationTimestamp: ___, managedFields: ____, ...kept } = metadata ?? {}
  return { ...rest, metadata: kept }
}

const program = process.env['JUDGE'] ?? buildJudge()
if (program === undefined) process.exit(1)
const judge = startJudge(program)
const seen = new Map<string, number>()
let compared = 0
for (let at = 0; at < count; at += batch) {
  const trials = fc.sample(
    fc.gen().map(draw => stepsOf(draw)),
    { numRuns: Math.min(batch, count - at), seed: start + at },
  )
  const answers = await judge.ask(trials.map(steps => ({ op: 'steps', steps })))
  for (const [i, steps] of trials.entries()) {
    const { steps: theirs, failure } = answers[i] ?? {}
    compared++
    const found = failure ?? difference(ours(steps), theirs ?? [])
    if (found === undefined) continue
    const signature = `${(steps[0]?.object as KubernetesObject).kind ?? ''} ${found
      .replace(/step \d+/, '')
      .replace(/"[^"]*"|\d+/g, '')
      .slice(0, 80)}`
    const times = (seen.get(signature) ?? 0) + 1
    seen.set(signature, times)
    if (times === 1)
      console.log(`${(steps[0]?.object as KubernetesObject).kind ?? ''} ${found}\n  of ${canonicalJson(steps)}\n`)
  }
}
judge.stop()
console.log(`${compared} sequences of writes (seed ${start}): ${seen.size} kinds of difference`)
for (const [signature, times] of [...seen].sort(([, a], [, b]) => b - a)) console.log(`  ${times} × ${signature}`)

/** Asks Kubernetes' own code and ours about random objects, and prints each difference once, shrunk. */
import fc from 'fast-check'
import { differences, signatureOf } from './compare.ts'
import type { Difference } from './compare.ts'
import { applyEdits, drawEdits } from './edits.ts'
import type { Edit } from './edits.ts'
import { buildJudge, startJudge } from './judge.ts'
import type { Judge, Question } from './judge.ts'
import { isKnown } from './known.ts'
import { kindOf, ourAnswer, uid } from './ours.ts'
import { seeds } from './seeds.ts'
import type { Seed } from './seeds.ts'

const count = Number(process.env['N'] ?? 20000)
const start = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const wanted = process.env['KIND']
const ops = (process.env['OP'] ?? 'create,update').split(',')
const batch = 400

interface Trial {
  readonly seed: Seed
  readonly op: 'create' | 'update'
  readonly base: unknown
  readonly edits: readonly Edit[]
}

interface Found {
  readonly resource: string
  readonly difference: Difference
  readonly trial: Trial
}

const withMeta = (object: unknown, fields: object): unknown => {
  const { metadata, ...rest } = object as { metadata: object }
  return { ...rest, metadata: { ...metadata, ...fields } }
}

const questionOf = ({ seed, op, base, edits }: Trial): Question => {
  const object = withMeta(applyEdits(base, edits), { uid })
  const question = { op, resource: seed.resource, object }
  if (op === 'create') return question
  return {
    ...question,
    object: withMeta(object, { resourceVersion: '1' }),
    previous: withMeta(base, { resourceVersion: '1' }),
  }
}

/** An object as it stands in the log: what creations make of a seed, and updates begin with. */
const storedSeeds = async (): Promise<ReadonlyMap<Seed, unknown>> => {
  const stored = new Map<Seed, unknown>()
  for (const seed of seeds) {
    const { object, causes, failure } = await ourAnswer({ op: 'create', resource: seed.resource, object: seed.object })
    if (object === undefined) throw new Error(`${seed.resource}: ${failure ?? JSON.stringify(causes)}`)
    const { resourceVersion: _, ...metadata } = (object as { metadata: { resourceVersion?: string } }).metadata
    stored.set(seed, { ...object, metadata })
  }
  return stored
}

const trialOf = (draw: fc.GeneratorValue, pool: readonly Seed[], stored: ReadonlyMap<Seed, unknown>): Trial => {
  const seed = draw(fc.constantFrom<Seed[]>, ...pool)
  const op = draw(fc.constantFrom<string[]>, ...ops) as Trial['op']
  const base = op === 'create' ? seed.object : stored.get(seed)
  return { seed, op, base, edits: drawEdits(draw, kindOf(seed.object).schema, base, seed.parts) }
}

const compared = async (judge: Judge, trials: readonly Trial[]): Promise<readonly (readonly Difference[])[]> => {
  const questions = trials.map(questionOf)
  const [theirs, ours] = await Promise.all([judge.ask(questions), Promise.all(questions.map(ourAnswer))])
  return trials.map((_, i) => differences(ours[i] ?? {}, theirs[i] ?? {}))
}

/** Ways to make an edit smaller: without it, or with less of its value. */
const smaller = (edits: readonly Edit[]): readonly (readonly Edit[])[] => [
  ...(edits.length > 1 ? edits.map((_, i) => edits.filter((__, j) => i !== j)) : []),
  ...edits.flatMap(({ path, value }, i) => lessOf(value).map(less => edits.with(i, { path, value: less }))),
]

const lessOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value))
    return value.flatMap((element, i) => [
      value.filter((_, j) => j !== i),
      ...lessOf(element).map(less => value.with(i, less) as unknown),
    ])
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
    ...lessOf(inner).map(less => ({ ...value, [name]: less })),
  ])
}

/** The smallest trial that still shows the difference. */
const shrunk = async (judge: Judge, { resource, difference, trial }: Found): Promise<Found> => {
  const signature = signatureOf(resource, difference)
  let best: Found = { resource, difference, trial }
  for (let rounds = 0; rounds < 30; rounds++) {
    const tries = smaller(best.trial.edits).map(edits => ({ ...trial, edits }))
    const results = await compared(judge, tries)
    const at = results.findIndex(found => found.some(one => signatureOf(resource, one) === signature))
    const [next, same] = [tries[at], results[at]?.find(one => signatureOf(resource, one) === signature)]
    if (!next || !same) return best
    best = { resource, difference: same, trial: next }
  }
  return best
}

const report = ({ resource, difference: { sort, field, detail }, trial: { op, edits } }: Found): void => {
  const shown = edits.map(({ path, value }) => `${path.join('.')} = ${JSON.stringify(value)}`).join('; ')
  console.log(`${sort.toUpperCase()} ${op} ${resource} ${field}\n    ${detail}\n    ${shown}`)
}

const run = async (judge: Judge): Promise<number> => {
  const stored = await storedSeeds()
  const pool = seeds.filter(({ resource, object }) => !wanted || resource === wanted || kindOf(object).kind === wanted)
  if (pool.length === 0) throw new Error(`no kind ${wanted ?? ''}`)
  const found = new Map<string, Found>()
  const began = Date.now()
  for (let done = 0; done < count; done += batch) {
    const trials = fc.sample(
      fc.gen().map(draw => trialOf(draw, pool, stored)),
      { seed: start + done, numRuns: Math.min(batch, count - done) },
    )
    const results = await compared(judge, trials)
    for (const [i, trial] of trials.entries())
      for (const difference of results[i] ?? []) {
        const resource = trial.seed.resource
        const signature = `${trial.op} ${signatureOf(resource, difference)}`
        if (!found.has(signature) && !isKnown(resource, difference))
          found.set(signature, { resource, difference, trial })
      }
  }
  const seconds = (Date.now() - began) / 1000
  const order = ['stored', 'refused', 'default', 'errors', 'warnings']
  const all = [...found.values()].sort((a, b) => order.indexOf(a.difference.sort) - order.indexOf(b.difference.sort))
  for (const one of all) report(await shrunk(judge, one))
  const counts = order.map(sort => `${all.filter(({ difference }) => difference.sort === sort).length} ${sort}`)
  console.log(
    `${count} objects with SEED=${start} in ${seconds.toFixed(0)} s: ${all.length} differences (${counts.join(', ')})`,
  )
  return all.length
}

const path = process.env['JUDGE'] ?? buildJudge()
if (path === undefined) process.exitCode = 1
else {
  const judge = startJudge(path)
  try {
    process.exitCode = (await run(judge)) > 0 ? 1 : 0
  } finally {
    judge.stop()
  }
}

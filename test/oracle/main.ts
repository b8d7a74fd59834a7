/** Asks Kubernetes' own code and ours about random objects, and prints each difference once, shrunk. */
import fc from 'fast-check'
import { differences, signatureOf } from './compare.ts'
import type { Difference } from './compare.ts'
import { buildJudge, startJudge } from './judge.ts'
import type { Judge } from './judge.ts'
import { isKnown } from './known.ts'
import { kindOf, ourAnswer } from './ours.ts'
import { patch } from './patches.ts'
import { quantities } from './quantities.ts'
import { seeds } from './seeds.ts'
import type { Seed } from './seeds.ts'
import { row } from './tables.ts'
import type { Trial } from './trial.ts'
import { oneOf } from './values.ts'
import type { Draw } from './values.ts'
import { statusSeeds, subresources } from './subresources.ts'
import { changes, creation, storedSeeds } from './writes.ts'
import type { Drawing } from './writes.ts'

const count = Number(process.env['N'] ?? 20000)
const start = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const wanted = process.env['KIND']
const ops = (process.env['OP'] ?? 'create,update,status,subresource,table,patch,quantity').split(',')
/** How many differences are shrunk and shown, those that matter most first. */
const most = Number(process.env['MOST'] ?? 60)
const batch = 400

interface Found {
  readonly op: string
  readonly difference: Difference
  readonly trial: Trial
  times: number
}

/** How much was asked about a subject, and of how much of it the answers differ. */
interface Tally {
  asked: number
  different: number
}

const compared = async (judge: Judge, trials: readonly Trial[]): Promise<readonly (readonly Difference[])[]> => {
  const questions = trials.map(({ question }) => question)
  const [theirs, ours] = await Promise.all([judge.ask(questions), Promise.all(questions.map(ourAnswer))])
  return trials.map(({ subject, question }, i) =>
    differences(question.op, ours[i] ?? {}, theirs[i] ?? {}).filter(one => !isKnown(subject, question, one)),
  )
}

/** The smallest trial that still shows the difference. */
const shrunk = async (judge: Judge, found: Found): Promise<Found> => {
  const isSame = (one: Difference): boolean =>
    signatureOf(found.trial.subject, one) === signatureOf(found.trial.subject, found.difference)
  let best = found
  for (let rounds = 0; rounds < 60; rounds++) {
    const tries = best.trial.smaller().slice(0, 40)
    const results = await compared(judge, tries)
    const at = results.findIndex(differing => differing.some(isSame))
    const [trial, difference] = [tries[at], results[at]?.find(isSame)]
    if (!trial || !difference) return best
    best = { ...best, trial, difference }
  }
  return best
}

const report = ({ op, difference: { sort, field, detail }, trial, times }: Found): void =>
  console.log(`${sort.toUpperCase()} ${op} ${trial.subject} ${field} (${times} ×)\n    ${detail}\n    ${trial.shown}`)

const order: readonly Difference['sort'][] = ['stored', 'refused', 'default', 'errors', 'warnings', 'cells', 'result']

const run = async (judge: Judge): Promise<number> => {
  const stored = await storedSeeds([...seeds, ...statusSeeds])
  const drawings: Readonly<Record<string, Drawing>> = {
    create: creation,
    ...changes(stored),
    subresource: subresources(stored),
    table: row,
    patch,
  }
  const ofWanted = (all: readonly Seed[]): Seed[] =>
    all.filter(({ resource, object }) => !wanted || resource === wanted || kindOf(object).kind === wanted)
  const [pool, withStatuses] = [ofWanted(seeds), ofWanted([...seeds, ...statusSeeds])]
  if (withStatuses.length === 0) throw new Error(`no kind ${wanted ?? ''}`)
  const poolOf = (op: string): Seed[] => (op === 'status' || op === 'subresource' ? withStatuses : pool)
  const trialOf = (op: string, draw: Draw): Trial | undefined =>
    op === 'quantity' ? quantities(draw) : drawings[op]?.(draw, oneOf(draw, poolOf(op)))
  const found = new Map<string, Found>()
  const tallies = new Map<string, Tally>()
  const began = Date.now()
  for (const op of ops)
    for (let done = 0; done < count; done += batch) {
      const drawn = fc.sample(
        fc.gen().map(draw => trialOf(op, draw)),
        { seed: start + done, numRuns: Math.min(batch, count - done) },
      )
      const trials = drawn.filter(one => one !== undefined)
      const results = await compared(judge, trials)
      for (const [i, trial] of trials.entries()) {
        const line = `${op} ${trial.subject}`
        const tally = tallies.get(line) ?? { asked: 0, different: 0 }
        tallies.set(line, tally)
        tally.asked++
        if (results[i]?.length) tally.different++
        for (const difference of results[i] ?? []) {
          const signature = `${op} ${signatureOf(trial.subject, difference)}`
          const before = found.get(signature)
          if (before) before.times++
          else found.set(signature, { op, difference, trial, times: 1 })
        }
      }
    }
  const seconds = (Date.now() - began) / 1000
  const all = [...found.values()].sort(
    (a, b) => order.indexOf(a.difference.sort) - order.indexOf(b.difference.sort) || b.times - a.times,
  )
  const rates = [...tallies].map(([line, { asked, different }]) => ({ line, asked, different }))
  console.log('\nwith differences, of each 10,000 that were asked about:')
  for (const { line, asked, different } of rates.toSorted((a, b) => b.different / b.asked - a.different / a.asked))
    console.log(`  ${String(Math.round((different / asked) * 10_000)).padStart(5)}  ${line} (${different} of ${asked})`)
  const counts = order.map(sort => `${all.filter(({ difference }) => difference.sort === sort).length} ${sort}`)
  const asked = rates.reduce((sum, one) => sum + one.asked, 0)
  const different = rates.reduce((sum, one) => sum + one.different, 0)
  console.log(
    `${asked} questions with SEED=${start} in ${seconds.toFixed(0)} s: ${different} answered differently, in ${all.length} ways (${counts.join(', ')})`,
  )
  for (const one of all.slice(0, most)) report(await shrunk(judge, one))
  if (all.length > most) console.log(`and ${all.length - most} more`)
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

/** One spec as ginkgo's JSON report has it, reduced to what is asked of it here. */
export interface Spec {
  /** As in Kubernetes' list of conformance tests: `[sig-node] Pods should … [Conformance]`. */
  readonly name: string
  readonly sig: string
  readonly outcome: 'passed' | 'failed' | 'not run'
  readonly seconds: number
  /** Why it failed, in ginkgo's words. */
  readonly message: string
}

interface Report {
  readonly SpecReports?: readonly SpecReport[] | null
}

interface SpecReport {
  readonly LeafNodeType: string
  readonly LeafNodeText: string
  readonly ContainerHierarchyTexts?: readonly string[] | null
  readonly ContainerHierarchyLabels?: readonly (readonly string[] | null)[] | null
  readonly LeafNodeLabels?: readonly string[] | null
  readonly State: string
  /** Nanoseconds. */
  readonly RunTime: number
  readonly Failure?: { readonly Message?: string }
}

/** States of specs that never came to their end: left out, or cut off when the run reached its limit. */
const unfinished: readonly string[] = ['skipped', 'pending', 'interrupted']

const outcomeOf = (state: string): Spec['outcome'] => {
  if (state === 'passed') return 'passed'
  return unfinished.includes(state) ? 'not run' : 'failed'
}

/** The specs of one report that bear `label`; all of them without one. */
export const specsOf = (json: string, label?: string): readonly Spec[] => {
  const reports = JSON.parse(json) as readonly Report[]
  return reports
    .flatMap(report => report.SpecReports ?? [])
    .filter(({ LeafNodeType }) => LeafNodeType === 'It')
    .filter(
      ({ LeafNodeLabels, ContainerHierarchyLabels }) =>
        label === undefined || [LeafNodeLabels, ...(ContainerHierarchyLabels ?? [])].some(one => one?.includes(label)),
    )
    .map(spec => {
      const name = [...(spec.ContainerHierarchyTexts ?? []), spec.LeafNodeText].join(' ')
      return {
        name,
        sig: /\[sig-([a-z-]+)\]/.exec(name)?.[1] ?? 'none',
        outcome: outcomeOf(spec.State),
        seconds: spec.RunTime / 1e9,
        message: spec.Failure?.Message ?? '',
      }
    })
}

const rank = { 'not run': 0, passed: 1, failed: 2 } as const

/** Runs laid over each other: a spec is what it was in the run that ran it; what failed once has failed. */
export const merged = (runs: readonly (readonly Spec[])[]): readonly Spec[] => {
  const byName = new Map<string, Spec>()
  for (const spec of runs.flat()) {
    const known = byName.get(spec.name)
    if (!known || rank[spec.outcome] > rank[known.outcome]) byName.set(spec.name, spec)
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

export interface Judgement {
  /** Specs of the list that did not pass although they were asked for. */
  readonly broken: readonly string[]
  /** Specs that passed and are not on the list. */
  readonly gained: readonly string[]
}

/**
 * Holds a run against the list of specs that pass. In a whole run every spec of the list has to pass; in a narrowed one,
 * those that ran.
 */
export const judge = (specs: readonly Spec[], passing: ReadonlySet<string>, whole: boolean): Judgement => {
  const outcomes = new Map(specs.map(({ name, outcome }) => [name, outcome]))
  const lost = (name: string): boolean => {
    const outcome = outcomes.get(name) ?? 'not run'
    return outcome === 'failed' || (whole && outcome === 'not run')
  }
  return {
    broken: [...passing].filter(lost),
    gained: specs.filter(({ name, outcome }) => outcome === 'passed' && !passing.has(name)).map(({ name }) => name),
  }
}

/** Names, one a line; blank lines and those that begin with `#` say nothing. */
export const readList = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '' && !line.startsWith('#')),
  )

/** Such a list: sorted, one a line. */
export const listText = (names: readonly string[]): string =>
  [...new Set(names)]
    .sort()
    .map(name => `${name}\n`)
    .join('')

/** Passed, failed, not run and the seconds of all specs together, by SIG. */
export const table = (specs: readonly Spec[]): string => {
  const sigs = [...new Set(specs.map(({ sig }) => sig))].sort()
  const row = (name: string, of: readonly Spec[]): readonly string[] => [
    name,
    ...(['passed', 'failed', 'not run'] as const).map(outcome => String(of.filter(s => s.outcome === outcome).length)),
    of.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(0),
  ]
  const rows = [
    ['sig', 'passed', 'failed', 'not run', 'seconds'],
    ...sigs.map(sig =>
      row(
        sig,
        specs.filter(spec => spec.sig === sig),
      ),
    ),
    row('all', specs),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(cells => cells[column]!.length)))
  return rows
    .map(cells => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n')
}

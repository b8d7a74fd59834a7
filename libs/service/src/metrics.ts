type Labels = Readonly<Record<string, string>>

/** What only grows. */
export interface Counter {
  add(amount: number, labels?: Labels): void
}

/** How often which values were seen. */
export interface Histogram {
  /** In the unit that the metric's name says. */
  observe(value: number, labels?: Labels): void
}

/** The metrics of one process, in the text format of Prometheus (version 0.0.4). */
export interface Metrics {
  counter(name: string, help: string): Counter
  /** `read` is asked at every scrape. */
  gauge(name: string, help: string, read: () => number): void
  histogram(name: string, help: string, buckets: readonly number[]): Histogram
  /** Piece by piece, each some lines that end: all of them may be many thousands. */
  pieces(): Iterable<string>
  text(): string
}

const escapeLabel = (value: string): string => value.replace(/[\\"\n]/g, char => (char === '\n' ? '\\n' : `\\${char}`))

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}="${escapeLabel(value)}"`)
    .join(',')

const named = (name: string, text: string): string => (text === '' ? name : `${name}{${text}}`)

/** A metric's name with its labels, as a line of Prometheus' text format begins. */
export const series = (name: string, labels: Labels): string => named(name, labelText(labels))

/**
 * Sets of labels that one metric counts by. Some labels are named by who defines kinds, and a series is kept for good: whatever comes with
 * others is counted under one of its own, so that sums stay right.
 */
const mostSeries = 10_000
const others: Labels = { overflow: 'true' }

/** What was observed under one set of labels; kept for good, so no more than that. */
interface Observed {
  readonly counts: number[]
  sum: number
  count: number
}

/** Ends of the names of a histogram's lines, up to the value, which all of its series share. */
interface Ends {
  readonly buckets: readonly string[]
  readonly all: string
}

const endsOf = (bounds: readonly number[]): Ends => ({
  buckets: bounds.map(bound => `le="${bound}"} `),
  all: 'le="+Inf"} ',
})

const linesOf = (name: string, labels: string, { buckets, all }: Ends, { counts, sum, count }: Observed): string => {
  const bucket = `${name}_bucket{${labels === '' ? '' : `${labels},`}`
  let lines = ''
  for (let i = 0; i < buckets.length; i++) lines += `${bucket}${buckets[i]}${counts[i]}\n`
  return `${lines}${bucket}${all}${count}\n${named(`${name}_sum`, labels)} ${sum}\n${named(`${name}_count`, labels)} ${count}\n`
}

/** The metrics of a process, empty at first. */
export const metrics = (): Metrics => {
  const families = new Map<string, () => Iterable<string>>()
  const add = (name: string, type: string, help: string, lines: () => Iterable<string>): void => {
    if (families.has(name)) throw new Error(`metric ${name} is declared twice`)
    families.set(name, function* () {
      yield `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
      yield* lines()
    })
  }
  function* pieces(): Generator<string> {
    for (const family of families.values()) yield* family()
  }
  return {
    counter: (name, help) => {
      const values = new Map<string, number>()
      add(name, 'counter', help, function* () {
        for (const [key, value] of values) yield `${key} ${value}\n`
      })
      return {
        add: (amount, labels = {}) => {
          const own = series(name, labels)
          const key = values.size < mostSeries || values.has(own) ? own : series(name, others)
          values.set(key, (values.get(key) ?? 0) + amount)
        },
      }
    },
    gauge: (name, help, read) => add(name, 'gauge', help, () => [`${name} ${read()}\n`]),
    histogram: (name, help, bounds) => {
      const values = new Map<string, Observed>()
      const ends = endsOf(bounds)
      add(name, 'histogram', help, function* () {
        for (const [labels, observed] of values) yield linesOf(name, labels, ends, observed)
      })
      return {
        observe: (value, labels = {}) => {
          const own = labelText(labels)
          const key = values.size < mostSeries || values.has(own) ? own : labelText(others)
          const observed = values.get(key) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 }
          values.set(key, observed)
          observed.sum += value
          observed.count++
          bounds.forEach((bound, i) => {
            if (value <= bound) observed.counts[i] = (observed.counts[i] ?? 0) + 1
          })
        },
      }
    },
    pieces,
    text: () => [...pieces()].join(''),
  }
}

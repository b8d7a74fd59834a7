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

/** What was observed under one set of labels. The names of its lines are written once: a scrape writes thousands. */
interface Observed {
  readonly bucketNames: readonly string[]
  readonly counts: number[]
  readonly allName: string
  readonly sumName: string
  readonly countName: string
  sum: number
  count: number
}

const observedUnder = (name: string, labels: string, bounds: readonly number[]): Observed => {
  const bucket = (le: string): string => named(`${name}_bucket`, `${labels === '' ? '' : `${labels},`}le="${le}"`)
  return {
    bucketNames: bounds.map(bound => bucket(String(bound))),
    counts: bounds.map(() => 0),
    allName: bucket('+Inf'),
    sumName: named(`${name}_sum`, labels),
    countName: named(`${name}_count`, labels),
    sum: 0,
    count: 0,
  }
}

const linesOf = ({ bucketNames, counts, allName, sumName, countName, sum, count }: Observed): string => {
  let lines = ''
  for (let i = 0; i < bucketNames.length; i++) lines += `${bucketNames[i]} ${counts[i]}\n`
  return `${lines}${allName} ${count}\n${sumName} ${sum}\n${countName} ${count}\n`
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
          const key = series(name, labels)
          values.set(key, (values.get(key) ?? 0) + amount)
        },
      }
    },
    gauge: (name, help, read) => add(name, 'gauge', help, () => [`${name} ${read()}\n`]),
    histogram: (name, help, bounds) => {
      const values = new Map<string, Observed>()
      add(name, 'histogram', help, function* () {
        for (const observed of values.values()) yield linesOf(observed)
      })
      return {
        observe: (value, labels = {}) => {
          const key = labelText(labels)
          const observed = values.get(key) ?? observedUnder(name, key, bounds)
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

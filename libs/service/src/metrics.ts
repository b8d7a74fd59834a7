type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(amount: number, labels?: Labels): void
}

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
  text(): string
}

const escapeLabel = (value: string): string => value.replace(/[\\"\n]/g, char => (char === '\n' ? '\\n' : `\\${char}`))

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}="${escapeLabel(value)}"`)
    .join(',')

const named = (name: string, text: string): string => (text === '' ? name : `${name}{${text}}`)
const series = (name: string, labels: Labels): string => named(name, labelText(labels))

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

const linesOf = (observed: Observed): readonly string[] => [
  ...observed.bucketNames.map((line, i) => `${line} ${observed.counts[i]}`),
  `${observed.allName} ${observed.count}`,
  `${observed.sumName} ${observed.sum}`,
  `${observed.countName} ${observed.count}`,
]

export const metrics = (): Metrics => {
  const families = new Map<string, () => readonly string[]>()
  const add = (name: string, type: string, help: string, lines: () => readonly string[]): void => {
    if (families.has(name)) throw new Error(`metric ${name} is declared twice`)
    families.set(name, () => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()])
  }
  return {
    counter: (name, help) => {
      const values = new Map<string, number>()
      add(name, 'counter', help, () => [...values].map(([key, value]) => `${key} ${value}`))
      return {
        add: (amount, labels = {}) => {
          const key = series(name, labels)
          values.set(key, (values.get(key) ?? 0) + amount)
        },
      }
    },
    gauge: (name, help, read) => add(name, 'gauge', help, () => [`${name} ${read()}`]),
    histogram: (name, help, bounds) => {
      const values = new Map<string, Observed>()
      add(name, 'histogram', help, () => [...values.values()].flatMap(linesOf))
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
    text: () => `${[...families.values()].flatMap(lines => lines()).join('\n')}\n`,
  }
}

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

const series = (name: string, labels: Labels): string => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}

interface Buckets {
  readonly counts: number[]
  sum: number
  count: number
}

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
      const values = new Map<string, { labels: Labels; buckets: Buckets }>()
      const lines = ({ labels, buckets }: { labels: Labels; buckets: Buckets }): readonly string[] => [
        ...bounds.map(
          (bound, i) => `${series(`${name}_bucket`, { ...labels, le: String(bound) })} ${buckets.counts[i]}`,
        ),
        `${series(`${name}_bucket`, { ...labels, le: '+Inf' })} ${buckets.count}`,
        `${series(`${name}_sum`, labels)} ${buckets.sum}`,
        `${series(`${name}_count`, labels)} ${buckets.count}`,
      ]
      add(name, 'histogram', help, () => [...values.values()].flatMap(lines))
      return {
        observe: (value, labels = {}) => {
          const key = series(name, labels)
          const found = values.get(key) ?? { labels, buckets: { counts: bounds.map(() => 0), sum: 0, count: 0 } }
          values.set(key, found)
          found.buckets.sum += value
          found.buckets.count++
          bounds.forEach((bound, i) => {
            if (value <= bound) found.buckets.counts[i] = (found.buckets.counts[i] ?? 0) + 1
          })
        },
      }
    },
    text: () => `${[...families.values()].flatMap(lines => lines()).join('\n')}\n`,
  }
}

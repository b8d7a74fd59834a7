import type { Missing } from './covers.ts'

/** How many lines are told of at most: the first ones say what kind of thing is missing. */
const mostLines = 100

/** One group, resource and name of what is missing, or one path and verb, as Kubernetes shows them. */
interface Line {
  readonly before: string
  readonly verbs: readonly string[]
}

const quoted = (values: readonly string[]): string => `[${values.map(value => JSON.stringify(value)).join(' ')}]`

function* linesOf(missing: Missing): Generator<Line> {
  if (missing.tag === 'NonResource') {
    for (const url of missing.urls)
      for (const verb of missing.verbs) yield { before: `NonResourceURLs:${quoted([url])}`, verbs: [verb] }
    return
  }
  for (const group of missing.groups)
    for (const resource of missing.resources)
      for (const name of missing.names) {
        const names = name === undefined ? '' : `, ResourceNames:${quoted([name])}`
        yield { before: `APIGroups:${quoted([group])}, Resources:${quoted([resource])}${names}`, verbs: missing.verbs }
      }
}

const countOf = (missing: Missing): number =>
  missing.tag === 'NonResource'
    ? missing.urls.length * missing.verbs.length
    : missing.groups.length * missing.resources.length * missing.names.length

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}` and so on, one a line, sorted; of very many only the first. */
export const missingText = (missing: readonly Missing[]): string => {
  const resources = new Map<string, Set<string>>()
  const paths = new Set<string>()
  let shown = 0
  for (const part of missing)
    for (const { before, verbs } of linesOf(part)) {
      if (++shown > mostLines) break
      if (part.tag === 'NonResource') paths.add(`{${before}, Verbs:${quoted(verbs)}}`)
      else resources.set(before, new Set([...(resources.get(before) ?? []), ...verbs]))
    }
  const lines = [
    ...paths,
    ...[...resources].map(([before, verbs]) => `{${before}, Verbs:${quoted([...verbs])}}`),
  ].sort()
  const more = missing.reduce((sum, part) => sum + countOf(part), 0) - mostLines
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')
}

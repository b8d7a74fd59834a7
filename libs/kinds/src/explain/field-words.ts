import { definitionsAndPoliciesWords } from './definitions-and-policies.ts'
import { devicesWords } from './devices.ts'
import { machineryWords } from './machinery.ts'
import { podsAndNodesWords } from './pods-and-nodes.ts'
import { storageWords } from './storage.ts'
import { workloadsWords } from './workloads.ts'

const pages = [
  definitionsAndPoliciesWords,
  devicesWords,
  machineryWords,
  podsAndNodesWords,
  storageWords,
  workloadsWords,
]

const words: ReadonlyMap<string, string> = new Map(
  pages
    .flatMap(page => page.trim().split('\n'))
    .map(line => {
      const end = line.indexOf(': ')
      return [line.slice(0, end), line.slice(end + 2)]
    }),
)

/** Conditions say whether, of what they are about. */
const ofCondition = new Map([
  ['status', 'True, False or Unknown.'],
  ['type', 'What the condition is about.'],
])

/**
 * What a field is, for people: of its type (such as `JobStatus`) where there are words of its own, else of any type's field of the
 * name. `undefined` where nothing is said.
 */
export const fieldWords = (type: string, field: string): string | undefined => {
  const own = words.get(`${type}.${field}`)
  return own ?? (type.endsWith('Condition') ? ofCondition.get(field) : undefined) ?? words.get(field)
}

import type { Difference, Restorable, RestorePlan, RestoreStep } from '@periplus/replay'
import { nameOf } from './event-line.ts'
import { differenceLine } from './history.ts'

/** As events name it. */
export const restorableName = ({ group, resource, object }: Restorable): string =>
  nameOf({ group, resource, namespace: object.metadata?.namespace ?? '', name: object.metadata?.name ?? '' })

const signs = { Create: '+', Update: '~', Delete: '-' } as const

/** What changed with every write, and is nobody's wish. */
const incidental = /^metadata\.(managedFields|resourceVersion|generation)/

/** What is done to each object, with the differences, and what is left as it is. Values of Secrets are nobody's to see here. */
export const planText = ({ steps, left }: RestorePlan): string =>
  [
    ...steps.flatMap(step => [`${signs[step.tag]} ${restorableName(step.of)}`, ...changesOf(step)]),
    ...left.map(({ of, why }) => `= ${restorableName(of)}: left as it is, as ${why}`),
  ].join('\n')

const changesOf = (step: RestoreStep): readonly string[] => {
  if (step.tag !== 'Update') return []
  const isSecret = step.of.group === '' && step.of.resource === 'secrets'
  return step.changes
    .filter(({ path }) => !incidental.test(path))
    .map(change => `    ${differenceLine(isSecret ? hidden(change) : change)}`)
}

const hidden = ({ path, before, after }: Difference): Difference => ({
  path,
  before: before === undefined ? undefined : '(not shown)',
  after: after === undefined ? undefined : '(not shown)',
})

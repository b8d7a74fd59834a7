import type { Edit } from './edits.ts'
import type { Question } from './judge.ts'

/** One question to both sides, and ways to ask less. */
export interface Trial {
  /** What differences are counted under: a resource, or what else is asked about. */
  readonly subject: string
  readonly question: Question
  /** What was drawn, for people. */
  readonly shown: string
  smaller(): readonly Trial[]
}

/** A trial that follows from edits alone: fewer of them, or with less of a value, is a smaller one. */
export const editedTrial = (
  subject: string,
  edits: readonly Edit[],
  questionOf: (edits: readonly Edit[]) => Question,
): Trial => ({
  subject,
  question: questionOf(edits),
  shown: edits.map(({ path, value }) => `${path.join('.')} = ${JSON.stringify(value)}`).join('; '),
  smaller: () => fewer(edits).map(less => editedTrial(subject, less, questionOf)),
})

const fewer = (edits: readonly Edit[]): readonly (readonly Edit[])[] => [
  ...(edits.length > 1 ? edits.map((_, i) => edits.filter((__, j) => i !== j)) : []),
  ...edits.flatMap(({ path, value }, i) => lessOf(value).map(less => edits.with(i, { path, value: less }))),
]

/** A value without one of its parts, at any depth. */
export const lessOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value))
    return value.flatMap((one, i) => [
      value.filter((_, j) => i !== j),
      ...lessOf(one).map(less => value.with(i, less) as unknown),
    ])
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
    ...lessOf(inner).map(less => ({ ...value, [name]: less })),
  ])
}

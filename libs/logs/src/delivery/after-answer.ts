import type { WriteAnswer, WriteFailure } from '../backend.ts'
import type { LogLine } from '../line.ts'

/** A line that will not be delivered, and why. */
export interface LostLine {
  readonly line: LogLine
  readonly why: string
  /** The backend named this very line; otherwise it is what was left of a batch that was refused as a whole. */
  readonly named: boolean
}

export interface AfterAnswer {
  readonly delivered: number
  readonly lost: readonly LostLine[]
  /** What is to be sent next, in this order. */
  readonly again: readonly (readonly LogLine[])[]
  /** Present: not before some time has passed. */
  readonly failure?: WriteFailure
}

const halves = (lines: readonly LogLine[]): readonly (readonly LogLine[])[] => {
  const middle = Math.ceil(lines.length / 2)
  return [lines.slice(0, middle), lines.slice(middle)]
}

/** What follows from an answer to `lines`: pure. A batch that is refused as a whole is halved until the line is alone that is to blame. */
export const afterAnswer = (lines: readonly LogLine[], answer: WriteAnswer): AfterAnswer => {
  switch (answer.tag) {
    case 'Taken': {
      const lost = (answer.refused ?? []).flatMap(({ index, why }) => {
        const line = lines[index]
        return line === undefined ? [] : [{ line, why, named: true }]
      })
      const again = (answer.again ?? []).flatMap(index => lines[index] ?? [])
      const { failure = { tag: 'Unavailable', why: 'not all lines were taken' } } = answer
      return {
        delivered: lines.length - lost.length - again.length,
        lost,
        again: again.length === 0 ? [] : [again],
        ...(again.length === 0 ? {} : { failure }),
      }
    }
    case 'TooLarge':
    case 'Poisoned': {
      const [first] = lines
      if (lines.length > 1 || first === undefined) return { delivered: 0, lost: [], again: halves(lines) }
      return { delivered: 0, lost: [{ line: first, why: answer.why, named: false }], again: [] }
    }
    case 'Unavailable':
    case 'Denied':
      return { delivered: 0, lost: [], again: [lines], failure: answer }
  }
}

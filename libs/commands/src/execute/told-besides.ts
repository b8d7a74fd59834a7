import type { Outcome } from '../command.ts'
import type { Draft } from '../stages/draft.ts'

/** What the caller is told besides what was written, and auditors with them. */
export const toldBesides = ({ warnings, notes }: Draft): Pick<Outcome, 'warnings' | 'annotations'> => {
  const annotations = notes.flatMap(note => Object.entries(note.annotations ?? {}))
  return {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
  }
}

import type { DecisionRecord } from '../controller.ts'

/**
 * Where decisions are recorded. `record` returns at once and never fails the controller: a record that cannot be kept is
 * counted by the adapter. Records arrive in the order in which they were taken, per controller.
 */
export interface DecisionSink {
  record(record: DecisionRecord): void
}

/** Keeps records in memory: for tests and simulations. */
export const memoryDecisions = (): DecisionSink & { readonly records: readonly DecisionRecord[] } => {
  const records: DecisionRecord[] = []
  return { records, record: record => void records.push(record) }
}

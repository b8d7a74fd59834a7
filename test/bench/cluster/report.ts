import { table } from '../measure.ts'

/** What was measured, what came out, what the aim is. */
export type Row = readonly [what: string, figure: string, aim: string]

/** Figures, as they are printed in the end. */
export interface Report {
  row(what: string, figure: string, aim?: string): void
  print(): void
}

export const report = (): Report => {
  const rows: Row[] = []
  return {
    row: (what, figure, aim = '') => void rows.push([what, figure, aim]),
    print: () => table(['what', 'figure', 'aim'], rows),
  }
}

import { table } from '../measure.ts'

/** Figures, as they are printed in the end: what was measured, what came out, what the aim is. */
export interface Report {
  row(what: string, figure: string, aim?: string): void
  print(): void
}

export const report = (): Report => {
  const rows: (readonly string[])[] = []
  return {
    row: (what, figure, aim = '') => void rows.push([what, figure, aim]),
    print: () => table(['what', 'figure', 'aim'], rows),
  }
}

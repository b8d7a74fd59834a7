/** A line for the person at the terminal. */
export type Say = (line: string) => void

/** Ends the program with one clear line; for what the user can mend, never for bugs. */
export class CannotGoOn extends Error {
  override readonly name = 'CannotGoOn'
}

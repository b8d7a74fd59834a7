/** Bytes that several share. */
export interface Budget {
  /** Takes so many, also beyond what is left. */
  take(bytes: number): void
  give(bytes: number): void
  readonly left: number
  readonly used: number
}

export const budgetOf = (most: number): Budget => {
  let used = 0
  return {
    take: bytes => void (used += bytes),
    give: bytes => void (used -= bytes),
    get left() {
      return most - used
    },
    get used() {
      return used
    },
  }
}

/** How much of something there may be at once, and is. */
export interface Room {
  taken: number
  readonly most: number
}

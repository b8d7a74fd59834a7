/** What one probe came to. `error`: the probe itself could not be made; it counts for nothing. */
export interface ProbeAnswer {
  readonly tag: 'success' | 'failure' | 'error'
  readonly text: string
}

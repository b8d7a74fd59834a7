/** What one of several authorizers says; `why` in words, perhaps empty. `fault`: it could not be asked. */
export interface Opinion {
  readonly tag: 'Allow' | 'Deny' | 'None'
  readonly why: string
  readonly fault?: string
}

/** The type of a `Content-Type` without its parameters; an absent header means JSON. */
export const mediaTypeOf = (header: string | undefined): string =>
  (header ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? ''

/** Closes an exhaustive `switch`: reaching it is a bug, and the compiler says so first. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`)
}

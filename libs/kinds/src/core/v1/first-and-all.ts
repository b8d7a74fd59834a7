/**
 * What comes first in a list stands in a field of its own for clients that know no list. As Kubernetes converts the two: the field wins where both
 * are there and differ, and each makes up for the other where that is missing.
 */
export const firstAndAll = <A>(
  first: string | undefined,
  all: readonly A[] | undefined,
  textOf: (one: A) => string,
  of: (text: string) => A,
): { readonly first: string | undefined; readonly all: readonly A[] | undefined } => {
  const [head] = all ?? []
  if (head === undefined) return { first, all: first ? [of(first)] : all }
  return first && first !== textOf(head) ? { first, all: [of(first)] } : { first: textOf(head), all }
}

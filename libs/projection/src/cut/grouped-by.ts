/**
 * Groups a list of a cut by a key, in the order of the list. Such a list stays the same array while none of its objects changes, and so
 * are the groups made once.
 */
export const groupedBy = <A extends object>(keyOf: (one: A) => string) => {
  const known = new WeakMap<readonly A[], ReadonlyMap<string, readonly A[]>>()
  return (list: readonly A[]): ReadonlyMap<string, readonly A[]> => {
    const found = known.get(list)
    if (found) return found
    const groups = new Map<string, A[]>()
    for (const one of list) {
      const key = keyOf(one)
      const group = groups.get(key)
      if (group) group.push(one)
      else groups.set(key, [one])
    }
    known.set(list, groups)
    return groups
  }
}

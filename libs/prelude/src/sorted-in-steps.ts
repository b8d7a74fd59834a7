import { isRestDue } from './steps.ts'
import type { Steps } from './steps.ts'

/** So many items are sorted at once, as one small step. */
const runLength = 1_000

/** As `toSorted`, in steps: runs of items are sorted at once, and then merged by twos. What compares as equal stays in its order. */
export function* sortedInSteps<A>(items: readonly A[], compare: (a: A, b: A) => number): Steps<readonly A[]> {
  let runs: (readonly A[])[] = []
  for (let start = 0; start < items.length; start += runLength) {
    if (start > 0) yield
    runs.push(items.slice(start, start + runLength).sort(compare))
  }
  while (runs.length > 1) {
    const merged: (readonly A[])[] = []
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* mergedInSteps(runs[at] ?? [], runs[at + 1] ?? [], compare))
    runs = merged
  }
  return runs[0] ?? []
}

function* mergedInSteps<A>(a: readonly A[], b: readonly A[], compare: (a: A, b: A) => number): Steps<readonly A[]> {
  if (b.length === 0) return a
  const merged: A[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (isRestDue()) yield
    const fromA = j >= b.length || (i < a.length && compare(a[i] as A, b[j] as A) <= 0)
    merged.push((fromA ? a[i++] : b[j++]) as A)
  }
  return merged
}

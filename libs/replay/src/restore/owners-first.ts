import type { RestoreStep } from './restorable.ts'

type Making = Extract<RestoreStep, { readonly tag: 'Create' | 'Update' }>

/** Namespaces, then owners before their dependents; otherwise as they came. Owners that own each other stay as they came. */
export const ownersFirst = (steps: readonly RestoreStep[]): readonly RestoreStep[] => {
  const makings = steps.filter((step): step is Making => step.tag !== 'Delete')
  const byUid = new Map(
    makings.map(step => [step.tag === 'Create' ? step.inPlaceOf : step.of.object.metadata?.uid, step] as const),
  )
  const ordered = new Set<Making>()
  const begun = new Set<Making>()
  const put = (first: Making): void => {
    // Not by calling itself: a chain of owners may be as long as there are objects.
    const stack = [first]
    for (let step = stack.at(-1); step; step = stack.at(-1)) {
      const owners = step.of.object.metadata?.ownerReferences ?? []
      const before = begun.has(step) ? [] : owners.flatMap(({ uid }) => byUid.get(uid) ?? [])
      begun.add(step)
      const missing = before.filter(one => !begun.has(one))
      if (missing.length > 0) stack.push(...missing)
      else {
        stack.pop()
        ordered.add(step)
      }
    }
  }
  const isNamespace = ({ of: { group, resource } }: Making): boolean => group === '' && resource === 'namespaces'
  for (const step of [...makings.filter(isNamespace), ...makings]) if (!ordered.has(step)) put(step)
  return [...ordered]
}

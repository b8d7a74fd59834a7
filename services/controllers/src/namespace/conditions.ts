import { transitionTime } from '@periplus/kinds'
import type { NamespaceCondition } from '@periplus/kinds'
import type { Content } from './content.ts'

type Fact = Pick<NamespaceCondition, 'type' | 'status' | 'reason' | 'message'>

const counted = (parts: readonly (readonly [string, number])[], join: string): string =>
  parts.map(([what, count]) => `${what}${join}${count} resource instances`).join(', ')

const remaining = (content: readonly Content[]): Fact => {
  const type = 'NamespaceContentRemaining'
  if (content.length === 0)
    return { type, status: 'False', reason: 'ContentRemoved', message: 'All content successfully removed' }
  const parts = content.map(({ group, resource, entries }) => [`${resource}.${group}`, entries.length] as const)
  return {
    type,
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${counted([...parts].sort(), ' has ')}`,
  }
}

const finalizers = (content: readonly Content[]): Fact => {
  const type = 'NamespaceFinalizersRemaining'
  const counts = new Map<string, number>()
  for (const { entries } of content)
    for (const entry of entries)
      for (const finalizer of entry.object().metadata.finalizers ?? [])
        counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1)
  if (counts.size === 0)
    return {
      type,
      status: 'False',
      reason: 'ContentHasNoFinalizers',
      message: 'All content-preserving finalizers finished',
    }
  return {
    type,
    status: 'True',
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${counted([...counts].sort(), ' in ')}`,
  }
}

const discovery = (content: readonly Content[]): Fact => {
  const type = 'NamespaceDeletionDiscoveryFailure'
  const unknown = content.filter(({ kind }) => kind === undefined).map(({ group, resource }) => `${resource}.${group}`)
  return unknown.length === 0
    ? { type, status: 'False', reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' }
    : { type, status: 'True', reason: 'DiscoveryFailed', message: `Nobody here serves ${unknown.join(', ')}` }
}

/** Where the deletion of a namespace stands, as `kubectl describe` tells it. */
export const deletionConditions = (
  standing: readonly NamespaceCondition[],
  content: readonly Content[],
  failure: string | undefined,
  now: number,
): readonly NamespaceCondition[] => {
  const facts: readonly Fact[] = [
    discovery(content),
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      status: 'False',
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    failure === undefined
      ? {
          type: 'NamespaceDeletionContentFailure',
          status: 'False',
          reason: 'ContentDeleted',
          message: 'All content successfully deleted, may be waiting on finalization',
        }
      : { type: 'NamespaceDeletionContentFailure', status: 'True', reason: 'ContentDeletionFailed', message: failure },
    remaining(content),
    finalizers(content),
  ]
  const told = facts.map(fact => ({
    ...fact,
    lastTransitionTime: transitionTime(standing, fact.type, fact.status, now),
  }))
  return [...standing.filter(condition => !facts.some(fact => fact.type === condition.type)), ...told]
}

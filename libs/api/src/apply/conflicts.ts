import type { Refusal } from '../refusal.ts'
import type { FieldOwner } from './managed-fields.ts'
import type { OwnershipConflict } from './ownership.ts'
import { pathText } from './path-element.ts'

const ownerText = ({ manager, operation, apiVersion, subresource }: FieldOwner): string => {
  const part = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}

/** What is answered to who applies fields of others, in the words of Kubernetes. */
export const applyConflict = (conflicts: readonly OwnershipConflict[]): Refusal => {
  const told = conflicts
    .map(({ owner, path }) => ({ owner: ownerText(owner), path: pathText(path) }))
    .toSorted((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0))
  const causes = told.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field: path,
  }))
  const [only, another] = told
  if (only && !another)
    return {
      tag: 'ApplyConflict',
      causes,
      message: `Apply failed with 1 conflict: conflict with ${only.owner}: ${only.path}`,
    }
  const lines = [...new Set(told.map(({ owner }) => owner))].flatMap(owner => [
    `conflicts with ${owner}:`,
    ...told.filter(one => one.owner === owner).map(({ path }) => `- ${path}`),
  ])
  return { tag: 'ApplyConflict', causes, message: `Apply failed with ${told.length} conflicts: ${lines.join('\n')}` }
}

import type { User } from '../../ports.ts'

const prefix = 'system:node:'

/** The node that a user is: one of the group `system:nodes` whose name says which. `''`: a node that doesn't say. */
export const nodeNameOf = ({ name, groups }: User): string | undefined => {
  if (!groups.includes('system:nodes')) return undefined
  return name.startsWith(prefix) ? name.slice(prefix.length) : ''
}

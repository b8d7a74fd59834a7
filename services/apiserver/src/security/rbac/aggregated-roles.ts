import { selects } from '@periplus/api'
import type { LabelSelectorLike, Stored } from '@periplus/api'
import type { ClusterRole } from '@periplus/kinds'

type Role = Stored<ClusterRole>

/**
 * How often a role is held against a selector for one aggregation: thousands of selectors over thousands of roles would be seconds, of everybody.
 * A selector that names a label that roles have, or a value, is held against those alone.
 */
const mostHeld = 200_000

/** What an aggregation gathers: all roles that can be reached, each once, as they may select each other. `undefined`: more than is looked at. */
export type Aggregation = (role: Role) => readonly Role[] | undefined

/** Finds what roles aggregate among all that there are. */
export const aggregationAmong = (roles: readonly Role[]): Aggregation => {
  const byLabel = new Map<string, Role[]>()
  const note = (label: string, role: Role): void => {
    const list = byLabel.get(label)
    if (list) list.push(role)
    else byLabel.set(label, [role])
  }
  for (const role of roles)
    for (const [key, value] of Object.entries(role.metadata.labels ?? {})) {
      note(key, role)
      note(`${key}=${value}`, role)
    }
  const having = (label: string): readonly Role[] => byLabel.get(label) ?? []
  /** Those that a selector may select: by what it asks for that the fewest have. */
  const candidates = ({ matchLabels = {}, matchExpressions = [] }: LabelSelectorLike): readonly Role[] => {
    const lists = [
      ...Object.entries(matchLabels).map(([key, value]) => having(`${key}=${value}`)),
      ...matchExpressions.flatMap(({ key, operator }) =>
        operator === 'Exists' || operator === 'In' ? [having(key)] : [],
      ),
    ]
    return lists.reduce((shortest, list) => (list.length < shortest.length ? list : shortest), roles)
  }
  return role => {
    const reached = new Set([role])
    let held = 0
    for (const { aggregationRule } of reached)
      for (const selector of aggregationRule?.clusterRoleSelectors ?? [])
        for (const other of candidates(selector)) {
          if (reached.has(other)) continue
          if (++held > mostHeld) return undefined
          if (selects(selector, other.metadata.labels)) reached.add(other)
        }
    return [...reached]
  }
}

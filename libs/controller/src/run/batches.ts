import type { Kind } from '@periplus/api'
import type { Command } from '@periplus/commands'

/**
 * Commands in groups that may be in flight together: a run of creations or deletions of one kind, which cannot depend on
 * each other. Everything else waits for the command before it.
 */
export const batches = (commands: readonly Command[]): readonly (readonly Command[])[] => {
  const grouped: Command[][] = []
  for (const command of commands) {
    const current = grouped.at(-1)
    const first = current?.[0]
    const joins =
      current !== undefined &&
      first?.verb === command.verb &&
      isSame(first.kind, command.kind) &&
      (command.verb === 'create' || command.verb === 'delete')
    if (joins) current.push(command)
    else grouped.push([command])
  }
  return grouped
}

/** A kind that was described anew is still the same one. */
const isSame = (a: Kind, b: Kind): boolean =>
  a === b || (a.group === b.group && a.version === b.version && a.resource === b.resource)

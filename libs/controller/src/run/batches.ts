import type { Kind } from '@periplus/api'
import type { Command } from '@periplus/commands'

/**
 * Commands in groups that may be in flight together: a run of creations or deletions of one kind, or of patches of the statuses of
 * several objects of one, which cannot depend on each other. Everything else waits for the command before it.
 */
export const batches = (commands: readonly Command[]): readonly (readonly Command[])[] => {
  const grouped: Command[][] = []
  let patched = new Set<string>()
  for (const command of commands) {
    const current = grouped.at(-1)
    const first = current?.[0]
    const object = statusOf(command)
    const joins =
      current !== undefined &&
      first?.verb === command.verb &&
      isSame(first.kind, command.kind) &&
      (command.verb === 'create' ||
        command.verb === 'delete' ||
        // What is said of an object twice is said in order.
        (object !== undefined && statusOf(first) !== undefined && !patched.has(object)))
    if (joins) current.push(command)
    else {
      grouped.push([command])
      patched = new Set()
    }
    if (object !== undefined) patched.add(object)
  }
  return grouped
}

/** The object whose status the command patches; `undefined` where it does something else. */
const statusOf = (command: Command): string | undefined =>
  command.verb === 'patch' && command.subresource === 'status'
    ? `${command.ref.namespace}/${command.ref.name}`
    : undefined

/** A kind that was described anew is still the same one. */
const isSame = (a: Kind, b: Kind): boolean =>
  a === b || (a.group === b.group && a.version === b.version && a.resource === b.resource)

import type { Kind, KindRegistry } from '@periplus/api'
import type { Command } from './command.ts'

/** A command as plain JSON: the kind is named instead of held, keys stand in one order, absent fields are left out. */
export interface SerialisedCommand {
  readonly verb: Command['verb']
  readonly kind: { readonly group: string; readonly version: string; readonly resource: string }
  readonly [field: string]: unknown
}

/** For decision records: equal commands give equal JSON text, byte for byte, whatever the order of their keys was. */
export const serialiseCommand = (command: Command): SerialisedCommand => {
  const { verb, kind, ...rest } = command
  const named = { group: kind.group, version: kind.version, resource: kind.resource }
  return { verb, kind: named, ...(sorted(rest) as object) }
}

/** The command again; `undefined` where its kind is not known here. */
export const deserialiseCommand = (serialised: SerialisedCommand, kinds: KindRegistry): Command | undefined => {
  const { group, version, resource } = serialised.kind
  const stored = kinds.stored(group, resource)
  // Controllers delete what is kept in a version that is not served.
  const kept = stored?.version === version ? stored : undefined
  const kind: Kind | undefined = kinds.byResource(group, version, resource) ?? kept
  return kind && ({ ...serialised, kind } as unknown as Command)
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key]
    if (field !== undefined) result[key] = sorted(field)
  }
  return result
}

import type { EventType } from '../event.ts'

const header = (type: EventType): string => `io.periplus.object.${type}.v1`

const types: ReadonlyMap<string, EventType> = new Map(
  (['created', 'spec-changed', 'status-changed', 'metadata-changed', 'deleted'] as const).map(type => [
    header(type),
    type,
  ]),
)

/** An event's type as `ce-type` has it. */
export const typeHeader = header

/** The type that a `ce-type` stands for; `undefined` for one that isn't ours. */
export const typeOfHeader = (text: string): EventType | undefined => types.get(text)

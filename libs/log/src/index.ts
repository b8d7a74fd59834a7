export type { EventType, NewEvent, Origin, RecordedEvent, Sequence } from './event.ts'
export type { AppendRefusal, Appended, Bounds, EventLog, ReadRefusal } from './event-log.ts'

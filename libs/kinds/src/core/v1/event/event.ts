import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { EventSchema } from './schema.ts'
import { eventColumns } from './columns.ts'
import type { Event as Shape } from './schema.ts'
import { eventSelectableFields } from './fields.ts'
import { eventErrors } from './validation.ts'

export interface Event extends Shape {}

export const Event: Kind<Event> = defineKind({
  group: '',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: EventSchema,
  columns: eventColumns,
  selectableFields: eventSelectableFields,
  validate: event => eventErrors(event),
})

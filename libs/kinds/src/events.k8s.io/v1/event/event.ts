import type { Kind } from '@periplus/api'
import { eventColumns } from '../../../core/v1/event/columns.ts'
import { defineKind } from '../../../describe/define-kind.ts'
import { fromStored, toStored } from './conversion.ts'
import { EventSchema } from './schema.ts'
import type { Event as Shape } from './schema.ts'
import { eventCreateErrors, eventErrors, eventUpdateErrors } from './validation.ts'

export interface Event extends Shape {}

/** Events as `events.k8s.io` shows them; the log holds them as core events. */
export const Event: Kind<Event> = defineKind({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: EventSchema,
  stored: false,
  storedAs: { group: '', resource: 'events' },
  conversion: { toStored, fromStored },
  validate: eventErrors,
  validateCreate: eventCreateErrors,
  validateUpdate: eventUpdateErrors,
  columns: eventColumns.map(column => ({ ...column, of: (event, now) => column.of(toStored(event), now) })),
  selectableFields: {
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: ({ type }) => type ?? '',
    ...Object.fromEntries(
      (['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const).map(key => [
        `regarding.${key}`,
        ({ regarding }: Event) => regarding?.[key] ?? '',
      ]),
    ),
  },
})

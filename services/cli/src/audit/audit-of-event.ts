import { requesterOf } from '@periplus/commands'
import type { RecordedEvent } from '@periplus/log'
import type { AuditEvent } from './audit-event.ts'

const verbs: Readonly<Record<RecordedEvent['type'], string>> = {
  created: 'create',
  'spec-changed': 'update',
  'status-changed': 'update',
  'metadata-changed': 'update',
  deleted: 'delete',
}

/** What the log knows of a request that it shows the outcome of: who wrote what when, and what admission said of it. */
export const auditOfEvent = ({
  id,
  ref,
  type,
  time,
  origin,
  sequence,
  admission,
}: RecordedEvent): AuditEvent & object => {
  const { username, groups } = requesterOf(origin)
  const { group, resource, namespace, name } = ref
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: origin.actor.startsWith('user:') ? origin.correlationId : id,
    stage: 'ResponseComplete',
    verb: verbs[type],
    user: { username, groups },
    objectRef: {
      resource,
      ...(namespace === '' ? {} : { namespace }),
      name,
      ...(group === '' ? {} : { apiGroup: group }),
      ...(type === 'status-changed' ? { subresource: 'status' } : {}),
    },
    responseStatus: { code: type === 'created' ? 201 : 200 },
    stageTimestamp: time,
    annotations: {
      ...annotationsOf(admission),
      'periplus.io/sequence': String(sequence),
      'periplus.io/correlation-id': origin.correlationId,
    },
  } as AuditEvent
}

interface Note {
  readonly annotations?: Readonly<Record<string, string>>
}

const annotationsOf = (admission: string | undefined): Readonly<Record<string, string>> => {
  const notes = admission === undefined ? [] : (JSON.parse(admission) as readonly Note[])
  return Object.assign({}, ...notes.map(({ annotations = {} }) => annotations)) as Readonly<Record<string, string>>
}

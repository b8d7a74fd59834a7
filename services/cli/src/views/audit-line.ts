import { resourceName } from '../audit/audit-event.ts'
import type { AuditEvent } from '../audit/audit-event.ts'

const whoOf = ({ user, impersonatedUser }: AuditEvent): string => {
  const name = user.username ?? '-'
  return impersonatedUser ? `${name} as ${impersonatedUser.username ?? '-'}` : name
}

const whatOf = (event: AuditEvent): string => {
  const { name, namespace } = event.objectRef ?? {}
  const resource = resourceName(event)
  if (resource === '') return event.requestURI ?? ''
  return `${resource}${name ? `/${name}` : ''}${namespace ? ` -n ${namespace}` : ''}`
}

/** Time, who, from where, what was asked, and what became of it; of what goes on, that it has begun. */
export const auditText = (event: AuditEvent): string => {
  const { stageTimestamp, sourceIPs, verb, stage, responseStatus = {} } = event
  const outcome =
    stage === 'ResponseComplete' ? String(responseStatus.code ?? '') : `${responseStatus.code ?? ''} ${stage}`
  const why = (responseStatus.code ?? 0) >= 400 && responseStatus.message ? `  ${responseStatus.message}` : ''
  const cells = [stageTimestamp.padEnd(27), whoOf(event).padEnd(34), (sourceIPs?.[0] ?? '-').padEnd(15)]
  return `${cells.join('  ')}  ${verb.padEnd(7)} ${whatOf(event)}  ${outcome.trim()}${why}`
}

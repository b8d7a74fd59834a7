/** What is read of an `audit.k8s.io/v1` Event. */
export interface AuditEvent {
  readonly auditID: string
  readonly stage: string
  readonly verb: string
  readonly requestURI?: string
  readonly user: { readonly username?: string }
  readonly impersonatedUser?: { readonly username?: string }
  readonly sourceIPs?: readonly string[]
  readonly objectRef?: {
    readonly apiGroup?: string
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code?: number; readonly message?: string }
  readonly stageTimestamp: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** Whose and which events are wanted; what is left out is not asked. */
export interface AuditFilter {
  readonly user?: string
  readonly verb?: string
  /** `pods`, `pods/log`, `deployments.apps`. */
  readonly resource?: string
  readonly namespace?: string
  /** Milliseconds since the epoch. */
  readonly since?: number
}

/** `pods`, `pods/log`, `deployments.apps`, `deployments.apps/scale`; empty for what is no resource. */
export const resourceName = ({ objectRef = {} }: AuditEvent): string => {
  const { resource = '', apiGroup = '', subresource = '' } = objectRef
  return `${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${subresource === '' ? '' : `/${subresource}`}`
}

/** Whether an event is wanted. A resource is also found without its group, and a user as whom somebody else acted. */
export const wantedBy =
  ({ user, verb, resource, namespace, since }: AuditFilter) =>
  (event: AuditEvent): boolean =>
    (user === undefined || [event.user.username, event.impersonatedUser?.username].includes(user)) &&
    (verb === undefined || event.verb === verb) &&
    (resource === undefined || [resourceName(event), plainName(event)].includes(resource)) &&
    (namespace === undefined || event.objectRef?.namespace === namespace) &&
    (since === undefined || Date.parse(event.stageTimestamp) >= since)

const plainName = ({ objectRef = {} }: AuditEvent): string => {
  const { resource = '', subresource = '' } = objectRef
  return `${resource}${subresource === '' ? '' : `/${subresource}`}`
}

/** The event that a line of an audit file holds; `undefined` where a disk had no room for the whole of it. */
export const eventOfLine = (line: string): AuditEvent | undefined => {
  try {
    const event = JSON.parse(line) as AuditEvent | null
    return typeof event?.stageTimestamp === 'string' ? event : undefined
  } catch {
    return undefined
  }
}

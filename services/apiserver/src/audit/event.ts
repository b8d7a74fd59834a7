import type { Status } from '@periplus/api'
import { formatMicroTime, toJson } from '@periplus/api'
import type { Attributes, User } from '../ports.ts'
import type { AuditStage, Level } from './policy.ts'

/** What is known of a request at one of its stages. */
export interface Told {
  readonly level: Level
  readonly stage: AuditStage
  readonly auditId: string
  readonly requestUri: string
  readonly asked: Attributes
  readonly user: User
  readonly impersonated: User | undefined
  readonly sourceIps: readonly string[]
  readonly userAgent: string
  /** What the path leaves open of the object that is meant. */
  readonly object: ObjectOfRequest
  readonly status: Partial<Status> | undefined
  readonly requestObject?: unknown
  readonly responseObject?: unknown
  /** Milliseconds since the epoch. */
  readonly received: number
  readonly now: number
  readonly annotations: Readonly<Record<string, string>>
}

export interface ObjectOfRequest {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly resourceVersion?: string
}

const unless = <K extends string>(name: K, value: string | undefined): { readonly [key in K]?: string } =>
  (value === undefined || value === '' ? {} : { [name]: value }) as { readonly [key in K]?: string }

const userInfo = ({ name, uid, groups, extra }: User): object => ({
  ...unless('username', name),
  ...unless('uid', uid),
  ...(groups.length === 0 ? {} : { groups }),
  ...(Object.keys(extra).length === 0 ? {} : { extra }),
})

const objectRef = (asked: Extract<Attributes, { tag: 'Resource' }>, object: ObjectOfRequest): object => ({
  resource: asked.resource,
  ...unless('namespace', asked.namespace || object.namespace),
  ...unless('name', asked.name || object.name),
  ...unless('uid', object.uid),
  ...unless('apiGroup', asked.group),
  ...unless('apiVersion', asked.version),
  ...unless('resourceVersion', object.resourceVersion),
  ...unless('subresource', asked.subresource),
})

const responseStatus = ({ status, message, reason, details, code }: Partial<Status>): object => ({
  metadata: {},
  ...unless('status', status),
  ...unless('message', message),
  ...unless('reason', reason),
  ...(details === undefined ? {} : { details }),
  code,
})

/** A line of the audit log: an `audit.k8s.io/v1` Event, its fields in the order in which kube-apiserver writes them. */
export const auditLine = (told: Told): string => {
  const { asked, impersonated, sourceIps, status, requestObject, responseObject, annotations } = told
  return toJson({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: told.level,
    auditID: told.auditId,
    stage: told.stage,
    requestURI: told.requestUri,
    verb: asked.verb,
    user: userInfo(told.user),
    ...(impersonated === undefined ? {} : { impersonatedUser: userInfo(impersonated) }),
    ...(sourceIps.length === 0 ? {} : { sourceIPs: sourceIps }),
    ...unless('userAgent', told.userAgent),
    ...(asked.tag === 'NonResource' ? {} : { objectRef: objectRef(asked, told.object) }),
    ...(status === undefined ? {} : { responseStatus: responseStatus(status) }),
    ...(requestObject === undefined ? {} : { requestObject }),
    ...(responseObject === undefined ? {} : { responseObject }),
    requestReceivedTimestamp: formatMicroTime(told.received),
    stageTimestamp: formatMicroTime(told.now),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  })
}

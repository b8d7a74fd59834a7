import type { Clock } from '@periplus/prelude'
import type { KubernetesObject, Status } from '@periplus/api'
import type { Attributes, User } from '../ports.ts'
import { auditLine } from './event.ts'
import type { ObjectOfRequest } from './event.ts'
import type { IsConfidential, Judge, Judgement } from './judge.ts'
import type { AuditStage } from './policy.ts'

/** A request as it came in. */
export interface Arrived {
  readonly auditId: string
  readonly requestUri: string
  readonly sourceIps: readonly string[]
  readonly userAgent: string
}

/**
 * What is told of one request, from its arrival to its end, to whoever keeps the audit log. Nothing here waits or fails: a line that
 * cannot be kept is counted where lines are kept.
 */
export interface AuditTrail {
  /** Who asks for what: from here on the policy decides. */
  identified(user: User, asked: Attributes): void
  /** Credentials were wrong; `attempted` says which there were. */
  unidentified(asked: Attributes, attempted: string): void
  impersonated(user: User): void
  /** What those who judge the request say of it; the first word about a key counts. */
  annotate(annotations: Readonly<Record<string, string>>): void
  /** What admission says of what was written: of what is confidential, nothing of it is told. */
  admitted(annotations: Readonly<Record<string, string>>): void
  /** The object, patch or options that the request carries, and of how many bytes it is made. */
  requested(object: unknown, bytes: number): void
  /** The object that is answered, and of how many bytes it is made where that is known. */
  responded(object: () => KubernetesObject, bytes?: number): void
  /** Of what goes on for as long as somebody listens: it has begun. */
  begun(code: number): void
  /** Called once: the answer is given. `status` is what it says, where it is a Status. */
  ended(code: number, status?: Status): void
  /** Instead: something was thrown. */
  broke(message: string): void
}

const nothing = (): void => undefined

/** Of what nobody tells. */
export const noTrail: AuditTrail = {
  identified: nothing,
  unidentified: nothing,
  impersonated: nothing,
  annotate: nothing,
  admitted: nothing,
  requested: nothing,
  responded: nothing,
  begun: nothing,
  ended: nothing,
  broke: nothing,
}

/** Begins what is told of a request. */
export type Audit = (arrived: Arrived) => AuditTrail

export interface AuditDeps {
  readonly judge: Judge
  readonly isConfidential: IsConfidential
  readonly clock: Clock
  readonly keep: (line: string) => void
}

/** Who it is that shows wrong credentials. */
const nobody: User = { name: '', uid: '', groups: [], extra: {} }

/** Of an event that would be longer the objects are left out, and it says so; as long as Kubernetes' truncating backend lets one be. */
const mostBytes = 100 * 1024

const truncated = { 'audit.k8s.io/truncated': 'true' }

export const auditor =
  ({ judge, isConfidential, clock, keep }: AuditDeps): Audit =>
  arrived => {
    const received = clock.now()
    let judged: Judgement | undefined
    let asked: Attributes = { tag: 'NonResource', verb: '', path: '' }
    let user = nobody
    let impersonated: User | undefined
    let annotations: Readonly<Record<string, string>> = {}
    let object: ObjectOfRequest = {}
    let requestObject: unknown
    let responseObject: unknown
    let isHidden = false

    const tell = (stage: AuditStage, status?: Partial<Status>): void => {
      if (!judged || judged.omitStages.has(stage)) return
      const told = {
        ...arrived,
        level: judged.level,
        stage,
        asked,
        user,
        impersonated,
        object,
        received,
        now: clock.now(),
      }
      const about = { ...told, status: isHidden ? bare(status) : status, annotations }
      const line = auditLine({ ...about, requestObject, responseObject })
      keep(line.length <= mostBytes ? line : auditLine({ ...about, annotations: { ...annotations, ...truncated } }))
    }
    const judgedAs = (who: User, what: Attributes): void => {
      user = who
      asked = what
      judged = judge(who, what)
      isHidden = judged !== undefined && isConfidential(what)
    }
    const shown = (value: unknown): unknown => (judged?.omitManagedFields ? withoutManagedFields(value) : value)

    return {
      identified: (who, what) => {
        judgedAs(who, what)
        tell('RequestReceived')
      },
      unidentified: (what, attempted) => {
        judgedAs(nobody, what)
        tell('ResponseStarted', { status: 'Failure', message: attempted, reason: 'Unauthorized', code: 401 })
        judged = undefined
      },
      impersonated: who => {
        impersonated = who
      },
      annotate: more => {
        if (judged) annotations = { ...more, ...annotations }
      },
      admitted: more => {
        if (judged && !isHidden) annotations = { ...more, ...annotations }
      },
      requested: (value, bytes) => {
        if (!judged) return
        object = { ...object, ...identityOf(value) }
        if (judged.level === 'Metadata') return
        if (bytes > mostBytes) annotations = { ...annotations, ...truncated }
        else requestObject = shown(value)
      },
      responded: (read, bytes = 0) => {
        if (!judged) return
        const isWhole = judged.level === 'RequestResponse'
        // Only what is created under a generated name is not named by who asks.
        if (!isWhole && asked.tag === 'Resource' && asked.name !== '') return
        if (bytes > mostBytes) return void (annotations = { ...annotations, ...truncated })
        const { name } = identityOf(read())
        object = { ...(name ? { name } : {}), ...object }
        if (isWhole) responseObject = shown(read())
      },
      begun: code => tell('ResponseStarted', { code }),
      ended: (code, status) => tell('ResponseComplete', { ...status, code }),
      broke: message => tell('Panic', { status: 'Failure', reason: 'InternalError', message, code: 500 }),
    }
  }

/** A message may quote what was written. */
const bare = (status: Partial<Status> | undefined): Partial<Status> | undefined =>
  status?.status === undefined ? status : { status: status.status, reason: status.reason ?? '', code: status.code ?? 0 }

const metadataOf = (value: unknown): NonNullable<KubernetesObject['metadata']> => {
  const metadata = (value as KubernetesObject | null | undefined)?.metadata
  return typeof metadata === 'object' && metadata !== null ? metadata : {}
}

/** What an object says of which it is; a client may write anything there. */
const identityOf = (value: unknown): ObjectOfRequest => {
  const { name, namespace, uid, resourceVersion } = metadataOf(value)
  const found = Object.entries({ name, namespace, uid, resourceVersion })
  return Object.fromEntries(found.filter(([, text]) => typeof text === 'string'))
}

const withoutManagedFields = (value: unknown): unknown => {
  const { managedFields, ...metadata } = metadataOf(value)
  return managedFields === undefined ? value : { ...(value as object), metadata }
}

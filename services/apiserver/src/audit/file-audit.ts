import type { ObjectRef } from '@periplus/api'
import type { RunningService } from '@periplus/service'
import { auditFile } from './audit-file.ts'
import type { AuditFileOptions } from './audit-file.ts'
import { confidential } from './confidential.ts'
import { judgeBy } from './judge.ts'
import type { AuditPolicy } from './policy.ts'
import { auditor } from './trail.ts'
import type { Audit } from './trail.ts'

/** What it takes to audit requests into files. */
export interface FileAuditOptions extends AuditFileOptions {
  readonly policy: AuditPolicy
  /** Whether an object is encrypted before it enters the log: no more than its metadata is told. */
  readonly isSealed: (ref: ObjectRef) => boolean
}

/** Tells files what a policy wants told of requests, until it is stopped. */
export const fileAudit = (options: FileAuditOptions): RunningService & { readonly audit: Audit } => {
  const { policy, isSealed, clock } = options
  const { keep, close } = auditFile(options)
  const isConfidential = confidential(isSealed)
  return {
    name: 'audit',
    audit: auditor({ judge: judgeBy(policy, isConfidential), isConfidential, clock, keep }),
    stop: close,
  }
}

import { containedClock, systemClock } from '@periplus/prelude'
import { fileAudit, readAuditPolicy } from '@periplus/apiserver'
import type { Audit, AuditPolicy } from '@periplus/apiserver'
import { isSealed } from '../home/sealed-resources.ts'
import { configurationIn } from './configuration-file.ts'
import type { RoleProcess } from './role.ts'

/** The policy in the operator's file. */
const auditPolicyOf = (path: string): AuditPolicy => configurationIn(path, readAuditPolicy)

/** The audit of the API server at a port, into files of its own, where the operator gave a policy. */
export const keepAudit = (process: RoleProcess, port: number): { readonly audit?: Audit } => {
  const { home, settings, metrics, logger, onBug, onStop } = process
  if (settings.auditPolicy === undefined) return {}
  const kept = fileAudit({
    policy: auditPolicyOf(settings.auditPolicy),
    isSealed: isSealed(settings.sealed),
    directory: home.audit,
    name: `apiserver-${port}`,
    mostBytes: settings.auditMebibytes * 1024 * 1024,
    clock: containedClock(systemClock, onBug),
    metrics,
    onLoss: why => logger.warn('audit events are lost', { reason: why }),
  })
  onStop(kept)
  return { audit: kept.audit }
}

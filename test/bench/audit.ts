/**
 * What auditing costs a request, in CPU of the API server's process, disk threads included: what is told of a read and of a write by a policy
 * of twenty rules of which the last one matches, written to a file. Run: `npx tsx test/bench/main.ts audit.ts`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileAudit, readAuditPolicy } from '@periplus/apiserver'
import type { Attributes, User } from '@periplus/apiserver'
import { nextTurn, systemClock } from '@periplus/prelude'
import { metrics } from '@periplus/service'
import { bestOf, right, table } from './measure.ts'

const requests = 5_000
/** As many requests come in one turn of the loop. */
const together = 50
const runs = 3

const rules = Array.from(
  { length: 19 },
  (_, i) => `- {level: None, users: [user-${i}], resources: [{group: apps, resources: [deployments]}]}`,
)
const policyOf = (level: string) =>
  right(
    readAuditPolicy(
      [
        'apiVersion: audit.k8s.io/v1',
        'kind: Policy',
        'omitStages: [RequestReceived]',
        'rules:',
        ...rules,
        `- {level: ${level}}`,
      ].join('\n'),
    ),
  )

const user: User = { name: 'bench', uid: 'u', groups: ['dev', 'system:authenticated'], extra: {} }
const asked = (verb: string): Attributes => ({
  ...{ tag: 'Resource', verb, group: '', version: 'v1', resource: 'configmaps' },
  ...{ subresource: '', namespace: 'default', name: 'settings' },
})
const arrived = {
  ...{ auditId: '3f0c2a52-3a0f-4b3e-9d53-0d8a7d1f8f11', requestUri: '/api/v1/namespaces/default/configmaps/settings' },
  ...{ sourceIps: ['192.0.2.7'], userAgent: 'kubectl/v1.35.0 (linux/amd64) kubernetes/0000000' },
}
const object = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } },
  data: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key-${i}`, 'x'.repeat(40)])),
}
const reason = 'RBAC: allowed by ClusterRoleBinding "dev" of ClusterRole "edit" to Group "dev"'

const costOf = async (level: string, verb: string): Promise<readonly string[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'periplus-bench-audit-'))
  let losses = 0
  const { audit, stop } = fileAudit({
    ...{ policy: policyOf(level), isSealed: () => false, directory, name: 'bench', mostBytes: 256 * 1024 * 1024 },
    ...{ clock: systemClock, metrics: metrics(), onLoss: () => losses++ },
  })
  const cost = await bestOf(runs, requests, async () => {
    for (let i = 0; i < requests; i++) {
      const trail = audit(arrived)
      trail.identified(user, asked(verb))
      trail.annotate({ 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': reason })
      if (verb === 'update') trail.requested(object, 1_200)
      trail.responded(() => object)
      trail.ended(200)
      if (i % together === 0) await nextTurn()
    }
  })
  await stop()
  await rm(directory, { recursive: true })
  return [level, verb, cost.cpu.toFixed(1), String(losses)]
}

const rows: (readonly string[])[] = []
for (const [level, verb] of [
  ['None', 'get'],
  ['Metadata', 'get'],
  ['Request', 'update'],
  ['RequestResponse', 'update'],
] as const)
  rows.push(await costOf(level, verb))
table(['level', 'verb', 'CPU us a request', 'times that lines were lost'], rows)

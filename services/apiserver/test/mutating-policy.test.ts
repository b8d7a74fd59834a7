import assert from 'node:assert/strict'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { clientOf } from './client.ts'
import { kubectlOf } from './kubectl.ts'
import type { Kubectl } from './kubectl.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'

/** A container beside each pod's, and a label, by a patch of either type. */
const policy = `
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicy
metadata:
  name: sidecar.example.com
spec:
  matchConstraints:
    resourceRules:
      - { apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }
  matchConditions:
    - name: has-none-yet
      expression: "!object.spec.?initContainers.orValue([]).exists(one, one.name == 'proxy')"
  reinvocationPolicy: IfNeeded
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration:
        expression: >
          Object{spec: Object.spec{initContainers: [
            Object.spec.initContainers{name: 'proxy', image: 'proxy:v1', restartPolicy: 'Always'}]}}
    - patchType: JSONPatch
      jsonPatch:
        expression: >
          [JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('example.com/stage'), value: 'test'}]
---
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingAdmissionPolicyBinding
metadata:
  name: sidecar.example.com
spec:
  policyName: sidecar.example.com
`

describe('a mutating policy of kubectl', function () {
  this.timeout(60_000)
  let kubectl: Kubectl
  const stops: (() => Promise<unknown>)[] = []
  before(async () => {
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    const { cut } = running
    const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission })
    const server = await startTestServer({ log, cut, commands })
    kubectl = await kubectlOf(server)
    stops.push(
      () => kubectl.remove(),
      () => server.stop(),
      () => running.close(),
      async () => assert.deepEqual(server.errors, []),
    )
    const { post } = clientOf(server)
    await post('/api/v1/namespaces', namespace('default'))
    await post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  })
  after(async () => {
    for (const stop of stops) await stop()
  })

  it('changes what kubectl creates', async () => {
    const applied = await kubectl.run(['apply', '-f', await kubectl.file('policy.yaml', policy)])
    assert.deepEqual([applied.code, applied.stderr], [0, ''])
    await kubectl.ok('run', 'web', '--image=nginx')
    const shown = '{.spec.initContainers[*].name} {.spec.initContainers[0].restartPolicy} {.metadata.labels}'
    assert.equal(
      await kubectl.ok('get', 'pod', 'web', '-o', `jsonpath=${shown}`),
      'proxy Always {"example.com/stage":"test","run":"web"}',
    )
    assert.match(
      await kubectl.ok('get', 'mutatingadmissionpolicies', '--no-headers'),
      /^sidecar\.example\.com\s+2\s+<unset>\s/,
    )
  })
})

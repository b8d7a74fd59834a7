import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { applyStrategicPatch } from '@periplus/api'
import { Deployment } from '@periplus/kinds'

describe('a strategic merge patch that was recorded', () => {
  it('is what kubectl 1.35 sent when a manifest changed its strategy, environment, containers and volumes', () => {
    const server = {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
      template: {
        spec: {
          containers: [
            {
              name: 'x',
              image: 'nginx',
              ports: [{ containerPort: 80, protocol: 'TCP' }],
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
            },
            { name: 'old', image: 'q' },
            { name: 'injected', image: 'sidecar' },
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
        },
      },
    }
    const recorded =
      '{"strategy":{"$retainKeys":["type"],"rollingUpdate":null,"type":"Recreate"},"template":{"spec":{"$setElementOrder/containers":' +
      '[{"name":"x"},{"name":"new"}],"$setElementOrder/volumes":[{"name":"v"}],"containers":[{"$setElementOrder/env":[{"name":"B"},' +
      '{"name":"C"}],"env":[{"name":"B","value":"3"},{"name":"C","value":"4"},{"$patch":"delete","name":"A"}],"image":"nginx:2",' +
      '"name":"x"},{"image":"q","name":"new"},{"$patch":"delete","name":"old"}],"volumes":[{"$retainKeys":["hostPath","name"],' +
      '"emptyDir":null,"hostPath":{"path":"/x"},"name":"v"}]}}}'
    const applied = applyStrategicPatch(Deployment.schema, { spec: server }, { spec: JSON.parse(recorded) as unknown })
    assert.ok(E.isRight(applied))
    assert.deepEqual(applied.right, {
      spec: {
        strategy: { type: 'Recreate' },
        template: {
          spec: {
            containers: [
              {
                name: 'x',
                image: 'nginx:2',
                ports: [{ containerPort: 80, protocol: 'TCP' }],
                env: [
                  { name: 'B', value: '3' },
                  { name: 'C', value: '4' },
                ],
              },
              { image: 'q', name: 'new' },
              { name: 'injected', image: 'sidecar' },
            ],
            volumes: [{ name: 'v', hostPath: { path: '/x' } }],
          },
        },
      },
    })
  })
})

import assert from 'node:assert/strict'
import { Deployment, Pod } from '@periplus/kinds'
import type { Container, PodSpec } from '@periplus/kinds'
import { created } from './support/accepted.ts'

const pod = (spec: Partial<PodSpec>, container: Partial<Container> = {}, name = 'web'): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'web', image: 'nginx', ...container }], ...spec },
})
const warned = (spec: Partial<PodSpec>, container: Partial<Container> = {}, name = 'web'): readonly string[] =>
  Pod.warnings?.(created(Pod, pod(spec, container, name)), undefined) ?? []

/** As Kubernetes' own code says it. */
const cases: readonly (readonly [what: string, heard: readonly string[], said: readonly string[]])[] = [
  ['nothing of an ordinary pod', warned({}), []],
  [
    'memory in parts of a byte',
    warned({}, { resources: { limits: { memory: '128m' } } }),
    ['limits', 'requests'].map(
      list =>
        `spec.containers[0].resources.${list}[memory]: fractional byte value "128m" is invalid, must be an integer`,
    ),
  ],
  [
    'a variable that is there twice',
    warned(
      {},
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
          { name: 'A', value: '$(A)3' },
        ],
      },
    ),
    ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply'],
  ],
  [
    'a port that is there twice',
    warned({}, { ports: [{ containerPort: 80 }, { containerPort: 80 }] }),
    ['spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'],
  ],
  [
    'an old label',
    warned({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }),
    ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'],
  ],
  [
    'a volume that nobody provides',
    warned({ volumes: [{ name: 'v', glusterfs: { endpoints: 'e', path: 'p' } }] }),
    ['spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+'],
  ],
  [
    'a secret without a name',
    warned({ imagePullSecrets: [{}] }),
    ['spec.imagePullSecrets[0].name: invalid empty name ""'],
  ],
]

describe('warnings', () => {
  for (const [what, heard, said] of cases) it(what, () => assert.deepEqual(heard, said))

  it('of a template when it is new or has changed', () => {
    const deployment = (image: string, replicas: number): Deployment =>
      created(Deployment, {
        metadata: { name: 'web', namespace: 'default' },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: { containers: [{ name: 'web', image }], imagePullSecrets: [{}] },
          },
        },
      })
    const said = ['spec.template.spec.imagePullSecrets[0].name: invalid empty name ""']
    assert.deepEqual(Deployment.warnings?.(deployment('a', 1), undefined), said)
    assert.deepEqual(Deployment.warnings?.(deployment('a', 2), deployment('a', 1)), [])
    assert.deepEqual(Deployment.warnings?.(deployment('b', 1), deployment('a', 1)), said)
  })
})

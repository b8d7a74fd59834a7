import fc from 'fast-check'
import { toJson } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import { valueOf } from '../../../../libs/api/test/arbitrary-value.ts'
import { admit } from '../../src/admission/admit.ts'
import { containerEnv } from '../../src/env/container-env.ts'
import { noFeatures } from '../../src/node/features.ts'
import { containersOf } from '../../src/plan/containers.ts'
import { containerConfig } from '../../src/pods/container-config.ts'
import { sandboxConfig } from '../../src/pods/sandbox-config.ts'
import { sourcesOf } from '../../src/pods/pod-sources.ts'
import type { NodeSettings } from '../../src/settings.ts'
import { exited, now, planned, running } from './given.ts'

const amounts = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '100Gi', pods: '110' }
const settings: NodeSettings = {
  nodeName: 'n1',
  hostname: 'n1',
  hostIps: [],
  clusterDns: [],
  clusterDomain: 'cluster.local',
  cgroupRoot: '/kubepods',
  seccompRoot: '/seccomp',
  features: { ...noFeatures, cgroup2: true, hugePageSizes: ['2MB'] },
  singleProcessOomKill: false,
  allocatable: amounts,
  capacity: amounts,
}

const extremes = [-1, 0, 1, 2 ** 31 - 1, -(2 ** 31), Number.MAX_SAFE_INTEGER, 2 ** 63, -(2 ** 63)]
const quantities = ['0', '-1', '1n', '9223372036854775807', '1e30', '9E', '0.000000001', '-9223372036854775808']

/** The same pod with some of its figures at an end of what the API takes, and beyond. */
const stretched = (value: unknown, pick: (choices: readonly unknown[]) => unknown): unknown => {
  if (typeof value === 'number') return pick([value, ...extremes])
  if (typeof value === 'string' && /^\d+(m|k|Mi|Gi)?$/.test(value)) return pick([value, ...quantities])
  if (Array.isArray(value)) return value.map(each => stretched(each, pick))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, stretched(each, pick)]))
}

const pods: fc.Arbitrary<Pod> = fc
  .tuple(valueOf(Pod.schema), fc.infiniteStream(fc.nat()))
  .map(([pod, dice]) => stretched(pod, choices => choices[(dice.next().value ?? 0) % choices.length]) as Pod)

/** Pods of which the API would take few: what holds for them holds for all that it takes. */
describe('whatever a pod says', function () {
  this.timeout(300_000)
  const runs = Number(process.env['RUNS'] ?? 1000)

  it('the node can plan for it, describe it to a runtime and tell its status', () =>
    fc.assert(
      fc.property(pods, pod => {
        admit(pod, [pod], { metadata: { name: 'n1' } }, settings, { memory: false, disk: false })
        sourcesOf(pod)
        const containers = containersOf(pod)
        const alive = containers.map(({ name }) => running(name))
        const dead = containers.map(({ name }) => exited(name, 1))
        for (const observed of [
          {},
          { sandboxes: [] },
          { containers: alive },
          { containers: dead },
          { removed: true, containers: alive },
        ])
          toJson(planned(pod, observed, now))
        const sandbox = sandboxConfig(pod, 0, {
          logDirectory: '/l',
          dns: { servers: [], searches: [], options: [] },
          settings,
          hostname: 'h',
          runtimeHandler: '',
        })
        for (const container of containers) {
          containerEnv(pod, container, {
            configMap: () => undefined,
            secret: () => undefined,
            services: new Map(),
            place: { nodeName: 'n1', hostIps: [], podIps: [] },
            allocatable: settings.allocatable,
          })
          containerConfig({
            pod,
            container,
            attempt: 0,
            backOffSeconds: 0,
            image: { id: 'i', tags: [], digests: [], sizeBytes: 0, user: '' },
            env: new Map(),
            mounts: [],
            devices: [],
            sandbox,
            settings,
            target: undefined,
          })
        }
      }),
      { numRuns: runs },
    ))
})

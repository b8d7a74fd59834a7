import assert from 'node:assert/strict'
import { PersistentVolume, Pod } from '@periplus/kinds'
import type { Container, PersistentVolumeSpec, PodSpec, Volume, VolumeMount } from '@periplus/kinds'
import { refusedFor } from './support/accepted.ts'

const podErrors = (spec: Partial<PodSpec>, container: Partial<Container> = {}): readonly string[] =>
  refusedFor(Pod, {
    metadata: { name: 'web', namespace: 'default' },
    spec: { serviceAccountName: 'default', containers: [{ name: 'web', image: 'nginx', ...container }], ...spec },
  })

const volume = (source: Omit<Volume, 'name'>): readonly string[] => podErrors({ volumes: [{ name: 'v', ...source }] })
const mount = (given: Partial<VolumeMount>): readonly string[] =>
  podErrors({ volumes: [{ name: 'v', emptyDir: {} }] }, { volumeMounts: [{ name: 'v', mountPath: '/data', ...given }] })
const persistent = (source: Partial<PersistentVolumeSpec>): readonly string[] =>
  refusedFor(PersistentVolume, {
    metadata: { name: 'pv' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, ...source },
  })
const key = (path: string) => [{ key: 'k', path }]
const fieldRef = { fieldPath: 'metadata.name' }
const affinity = { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'host', operator: 'Exists' }] }] } }

type Place = (path: string) => readonly string[]

/** Files that a volume's writer makes: nothing but a path below the volume will do. */
const files: Readonly<Record<string, readonly [at: string, place: Place]>> = {
  configMap: [
    'spec.volumes[0].configMap.items[0].path',
    path => volume({ configMap: { name: 'c', items: key(path) } }),
  ],
  secret: ['spec.volumes[0].secret.items[0].path', path => volume({ secret: { secretName: 's', items: key(path) } })],
  downwardAPI: ['spec.volumes[0].downwardAPI.path', path => volume({ downwardAPI: { items: [{ path, fieldRef }] } })],
  'projected configMap': [
    'spec.volumes[0].projected.sources[0].configMap.items[0].path',
    path => volume({ projected: { sources: [{ configMap: { name: 'c', items: key(path) } }] } }),
  ],
  'projected secret': [
    'spec.volumes[0].projected.sources[0].secret.items[0].path',
    path => volume({ projected: { sources: [{ secret: { name: 's', items: key(path) } }] } }),
  ],
  'projected downwardAPI': [
    'spec.volumes[0].projected.sources[0].downwardAPI.path',
    path => volume({ projected: { sources: [{ downwardAPI: { items: [{ path, fieldRef }] } }] } }),
  ],
  'projected token': [
    'spec.volumes[0].projected.path',
    path => volume({ projected: { sources: [{ serviceAccountToken: { path } }] } }),
  ],
  'projected clusterTrustBundle': [
    'spec.volumes[0].projected.sources[0].clusterTrustBundle.path',
    path => volume({ projected: { sources: [{ clusterTrustBundle: { name: 'b', path } }] } }),
  ],
  ...Object.fromEntries(
    ['credentialBundlePath', 'keyPath', 'certificateChainPath'].map(file => [
      `podCertificate ${file}`,
      [
        `spec.volumes[0].projected.sources[0].podCertificate.${file}`,
        (path: string) =>
          volume({
            projected: {
              sources: [{ podCertificate: { signerName: 'example.com/s', keyType: 'ED25519', [file]: path } }],
            },
          }),
      ] as const,
    ]),
  ),
}

/** Paths below a volume's root or the node's own, where a name may begin with two dots. */
const descending: Readonly<Record<string, readonly [at: string, place: Place]>> = {
  subPath: ['spec.containers[0].volumeMounts.subPath', subPath => mount({ subPath })],
  subPathExpr: ['spec.containers[0].volumeMounts.subPathExpr', subPathExpr => mount({ subPathExpr })],
  gitRepo: ['spec.volumes[0].gitRepo.directory', directory => volume({ gitRepo: { repository: 'r', directory } })],
  seccomp: [
    'spec.securityContext.seccompProfile.localhostProfile',
    localhostProfile => podErrors({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile } } }),
  ],
}

const absolute: Readonly<Record<string, readonly [at: string, place: Place]>> = {
  hostPath: ['spec.volumes[0].hostPath.path', path => volume({ hostPath: { path } })],
  fileKeyRef: [
    'spec.containers[0].env[0].valueFrom.fileKeyRef.path',
    path =>
      podErrors(
        { volumes: [{ name: 'v', emptyDir: {} }] },
        { env: [{ name: 'E', valueFrom: { fileKeyRef: { volumeName: 'v', key: 'K', path } } }] },
      ),
  ],
  'hostPath of a persistent volume': ['spec.hostPath.path', path => persistent({ hostPath: { path } })],
  'local volume': ['spec.local.path', path => persistent({ local: { path }, nodeAffinity: affinity })],
}

describe('paths in the API', () => {
  for (const [name, [at, place]] of Object.entries({ ...files, ...descending }))
    it(`${name} stays below its root`, () => {
      assert.deepEqual(place('a/b..c'), [])
      assert.deepEqual(place('/etc/passwd'), [`${at}: Invalid value: "/etc/passwd": must be a relative path`])
      for (const path of ['../../tmp/x', 'a/../b', 'a/..'])
        assert.deepEqual(place(path), [`${at}: Invalid value: "${path}": must not contain '..'`])
      assert.deepEqual(place('/..'), [
        `${at}: Invalid value: "/..": must be a relative path`,
        `${at}: Invalid value: "/..": must not contain '..'`,
      ])
    })

  for (const [name, [at, place]] of Object.entries(files))
    it(`${name} takes no name that a volume's writer uses itself`, () => {
      for (const path of ['..data', '..2026'])
        assert.deepEqual(place(path), [`${at}: Invalid value: "${path}": must not start with '..'`])
      assert.deepEqual(place('..'), [
        `${at}: Invalid value: "..": must not contain '..'`,
        `${at}: Invalid value: "..": must not start with '..'`,
      ])
    })

  for (const [name, [at, place]] of Object.entries(absolute))
    it(`${name} has no way up`, () => {
      assert.deepEqual(place('/var/lib/..x'), [])
      for (const path of ['/var/../etc', '/..'])
        assert.deepEqual(place(path), [`${at}: Invalid value: "${path}": must not contain '..'`])
    })

  it('gives a file of a projected volume once', () => {
    const sources = [{ configMap: { name: 'c', items: key('a') } }, { serviceAccountToken: { path: 'a' } }]
    assert.deepEqual(volume({ projected: { sources } }), [])
    assert.deepEqual(volume({ projected: { sources: [...sources, { secret: { name: 's', items: key('a') } }] } }), [
      'spec.volumes[0].projected: Invalid value: "s": conflicting duplicate paths',
    ])
  })

  it('mounts at any place, as Kubernetes does', () => {
    assert.deepEqual(mount({ mountPath: '../relative' }), [])
    assert.deepEqual(mount({ mountPath: '' }), ['spec.containers[0].volumeMounts[0].mountPath: Required value'])
  })
})

describe('seconds in the API', () => {
  it('takes every grace period that Kubernetes takes', () => {
    for (const seconds of [0, 1, -1, 2 ** 53 - 1, 2 ** 62])
      assert.deepEqual(podErrors({ terminationGracePeriodSeconds: seconds }), [])
    const seconds = Pod.graceSeconds
    const pod = (terminationGracePeriodSeconds: number): Pod => ({
      metadata: { name: 'web' },
      spec: { containers: [], terminationGracePeriodSeconds },
    })
    assert.deepEqual(
      [-5, 0, 7].map(given => seconds?.(pod(given))),
      [1, 0, 7],
    )
  })

  it('bounds deadlines as Kubernetes does', () => {
    for (const seconds of [0, -1, 2 ** 31])
      assert.deepEqual(podErrors({ activeDeadlineSeconds: seconds }), [
        `spec.activeDeadlineSeconds: Invalid value: ${seconds}: must be between 1 and 2147483647, inclusive`,
      ])
    const token = (expirationSeconds: number) =>
      volume({ projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds } }] } })
    const at = 'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds'
    assert.deepEqual(token(599), [`${at}: Invalid value: 599: may not specify a duration less than 10 minutes`])
    assert.deepEqual(token(2 ** 32), [])
    assert.deepEqual(token(2 ** 32 + 1), [
      `${at}: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds`,
    ])
  })
})

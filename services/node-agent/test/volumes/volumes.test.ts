import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod, Volume } from '@periplus/kinds'
import { E, virtualClock } from '@periplus/prelude'
import type { Mount } from '@periplus/runtime'
import { layout } from '../../src/files/layout.ts'
import { runTool } from '../../src/files/run-tool.ts'
import { checkHostPath } from '../../src/volumes/host-path.ts'
import { volumeMounts } from '../../src/volumes/mounts.ts'
import { unbind } from '../../src/volumes/mounting.ts'
import { overflowing } from '../../src/volumes/overflow.ts'
import { prepareVolume } from '../../src/volumes/prepare-volume.ts'
import { tokenSource } from '../../src/volumes/token-source.ts'
import type { ServiceAccountToken } from '../../src/volumes/token-source.ts'
import type { TokenRequest } from '../../src/volumes/token-source.ts'

describe('volumes', () => {
  let root: string
  const clock = virtualClock(Date.parse('2026-01-02T03:04:05Z'))
  const asked: TokenRequest[] = []
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-node-'))
    asked.length = 0
  })
  afterEach(() => rm(root, { recursive: true }))
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'default', uid: 'u1', labels: { b: 'two', a: 'one "1"' } },
    spec: { containers: [{ name: 'c', resources: { limits: { memory: '64Mi' } } }], serviceAccountName: 'robot' },
  }
  const anchor = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
  const bundles = [
    { metadata: { name: 'own' }, spec: { trustBundle: `a remark\n${anchor('QkJC')}${anchor('QUFB')}` } },
    ...['live', 'old'].map(name => ({
      metadata: { name, labels: { is: name } },
      spec: { signerName: 'example.com/ca', trustBundle: `${anchor('QUFB')}${name === 'old' ? anchor('Q0ND') : ''}` },
    })),
  ]
  const prepare = (volume: Omit<Volume, 'name'>, of = pod) =>
    prepareVolume(
      of,
      { name: 'v', ...volume },
      {
        layout: layout(root),
        clock,
        configMap: name => (name === 'config' ? { data: { a: '1', b: '2' }, binaryData: { raw: 'AAE=' } } : undefined),
        secret: name => (name === 'secret' ? { data: { key: Buffer.from('s').toString('base64') } } : undefined),
        claim: () => undefined,
        volume: () => undefined,
        node: () => undefined,
        tokens: tokenSource(async request => {
          asked.push(request)
          return E.right({ token: `token-${asked.length}`, expiresAt: clock.now() + request.expirationSeconds * 1000 })
        }, clock),
        trustBundles: { named: name => bundles.find(({ metadata }) => metadata?.name === name), all: () => bundles },
        place: { nodeName: 'n1', hostIps: [], podIps: [] },
        signal: new AbortController().signal,
        allocatable: { cpu: '4', memory: '8Gi', 'ephemeral-storage': '10Gi' },
      },
    )
  const home = async (volume: Omit<Volume, 'name'>, of?: Pod): Promise<string> => {
    const prepared = await prepare(volume, of)
    if (E.isLeft(prepared)) throw new Error(prepared.left)
    return prepared.right
  }
  const text = async (directory: string, path: string): Promise<string> => readFile(join(directory, path), 'utf8')

  it('puts ConfigMaps and Secrets in place, whole or by key', async () => {
    const whole = await home({ configMap: { name: 'config' } })
    assert.equal(whole, join(root, 'var/lib/kubelet/pods/u1/volumes/kubernetes.io~configmap/v'))
    assert.deepEqual([await text(whole, 'a'), await text(whole, 'raw')], ['1', '\x00\x01'])
    const chosen = await home({ configMap: { name: 'config', items: [{ key: 'b', path: 'deep/er', mode: 0o400 }] } })
    assert.equal(await text(chosen, 'deep/er'), '2')
    assert.equal((await stat(join(chosen, 'deep/er'))).mode & 0o777, 0o400)
    assert.equal(await text(await home({ secret: { secretName: 'secret' } }), 'key'), 's')
  })
  it('says what is missing, unless it is optional', async () => {
    assert.deepEqual(await prepare({ configMap: { name: 'none' } }), E.left('configmap "none" not found'))
    assert.deepEqual(await prepare({ secret: { secretName: 'none' } }), E.left('secret "none" not found'))
    const items = [{ key: 'no', path: 'p' }]
    assert.deepEqual(
      await prepare({ configMap: { name: 'config', items } }),
      E.left('configmap references non-existent config key: no'),
    )
    assert.ok(E.isRight(await prepare({ configMap: { name: 'none', optional: true } })))
    assert.deepEqual(
      await prepare({ fc: { targetWWNs: ['50060e801049cfd1'], lun: 0 } }),
      E.left('volumes of type fc are not supported by this node'),
    )
  })
  it('projects several sources into one directory', async () => {
    const directory = await home({
      projected: {
        sources: [
          { configMap: { name: 'config', items: [{ key: 'a', path: 'a' }] } },
          {
            downwardAPI: {
              items: [
                { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
                { path: 'memory', resourceFieldRef: { containerName: 'c', resource: 'limits.memory', divisor: '1Mi' } },
              ],
            },
          },
          { serviceAccountToken: { path: 'token', audience: 'me', expirationSeconds: 1000 } },
        ],
      },
    })
    assert.equal(await text(directory, 'labels'), 'a="one \\"1\\""\nb="two"')
    assert.equal(await text(directory, 'memory'), '64')
    assert.equal(await text(directory, 'token'), 'token-1')
    assert.deepEqual(asked, [
      {
        namespace: 'default',
        serviceAccount: 'robot',
        audience: 'me',
        expirationSeconds: 1000,
        pod: { name: 'web', uid: 'u1' },
      },
    ])
  })
  it('projects anchors of trust, each once, by the name or the signer of their bundles', async () => {
    const projected = (more: object) => ({
      projected: { sources: [{ clusterTrustBundle: { path: 'ca.crt', ...more } }] },
    })
    const anchors = async (more: object) => text(await home(projected(more)), 'ca.crt')
    assert.equal(await anchors({ name: 'own' }), anchor('QUFB') + anchor('QkJC'))
    const signerName = 'example.com/ca'
    assert.equal(await anchors({ signerName, labelSelector: {} }), anchor('Q0ND') + anchor('QUFB'))
    assert.equal(await anchors({ signerName, labelSelector: { matchLabels: { is: 'live' } } }), anchor('QUFB'))
    assert.equal(await anchors({ name: 'none', optional: true }), '')
    assert.deepEqual(
      [await prepare(projected({ name: 'none' })), await prepare(projected({ signerName }))],
      [
        E.left('while getting ClusterTrustBundle: clustertrustbundle.certificates.k8s.io "none" not found'),
        E.left('combination of signerName and labelSelector matched zero ClusterTrustBundles'),
      ],
    )
  })
  it('asks for a new token when four fifths of the old one have passed', async () => {
    let asks = 0
    let refuses = false
    const tokens = tokenSource(async request => {
      asks++
      return refuses
        ? E.left('no')
        : E.right({ token: `t${asks}`, expiresAt: clock.now() + request.expirationSeconds * 1000 })
    }, clock)
    const request = {
      namespace: 'd',
      serviceAccount: 's',
      audience: '',
      expirationSeconds: 1000,
      pod: { name: 'p', uid: 'u' },
    }
    const tokenOf = async (asked: TokenRequest) =>
      E.map(({ token }: ServiceAccountToken) => token)(await tokens.token(asked))
    assert.deepEqual(await tokenOf(request), E.right('t1'))
    clock.advance(799_000)
    assert.deepEqual(await tokenOf(request), E.right('t1'))
    clock.advance(2000)
    refuses = true
    assert.deepEqual(await tokenOf(request), E.right('t1'))
    clock.advance(200_000)
    assert.deepEqual(await tokenOf(request), E.left('no'))
    refuses = false
    assert.deepEqual(await tokenOf(request), E.right('t4'))
  })
  it('gives an emptyDir to everybody, and to the group of the pod', async () => {
    assert.equal((await stat(await home({ emptyDir: {} }))).mode & 0o7777, 0o777)
    const grouped = await stat(
      await home(
        { emptyDir: {} },
        { metadata: { ...pod.metadata, uid: 'u2' }, spec: { containers: [], securityContext: { fsGroup: 2000 } } },
      ),
    )
    assert.deepEqual([grouped.mode & 0o7777, grouped.gid], [0o2777, 2000])
  })
  it('leaves an emptyDir as containers have made it', async () => {
    const directory = await home({ emptyDir: {} })
    await symlink('/etc/passwd', join(directory, 'link'))
    await chmod(directory, 0o700)
    const passwd = await stat('/etc/passwd')
    const again = await home({ emptyDir: {} }, { ...pod, spec: { containers: [], securityContext: { fsGroup: 2000 } } })
    assert.equal((await stat(again)).mode & 0o7777, 0o700)
    assert.deepEqual([(await stat('/etc/passwd')).gid, (await stat('/etc/passwd')).mode], [passwd.gid, passwd.mode])
  })
  it('checks the type of a hostPath', async () => {
    const file = join(root, 'file')
    await writeFile(file, '')
    assert.ok(E.isRight(await checkHostPath(file, 'File')))
    assert.deepEqual(
      await checkHostPath(file, 'Directory'),
      E.left(`hostPath type check failed: ${file} is not a directory`),
    )
    assert.deepEqual(
      await checkHostPath(join(root, 'no'), 'File'),
      E.left(`hostPath type check failed: ${join(root, 'no')} is not a file`),
    )
    assert.ok(E.isRight(await checkHostPath(join(root, 'new'), 'DirectoryOrCreate')))
    assert.ok((await stat(join(root, 'new'))).isDirectory())
    assert.ok(E.isRight(await checkHostPath(join(root, 'made'), 'FileOrCreate')))
    assert.ok((await stat(join(root, 'made'))).isFile())
    const pipe = join(root, 'pipe')
    assert.deepEqual(await runTool('mkfifo', [pipe]), E.right(undefined))
    for (const [type, what] of [
      ['FileOrCreate', 'file'],
      ['DirectoryOrCreate', 'directory'],
    ] as const)
      assert.deepEqual(await checkHostPath(pipe, type), E.left(`hostPath type check failed: ${pipe} is not a ${what}`))
    await symlink('nowhere', join(root, 'dangling'))
    assert.ok(E.isLeft(await checkHostPath(join(root, 'dangling'), 'FileOrCreate')))
    assert.deepEqual(await checkHostPath(file, 'constructor'), E.left('constructor is an invalid volume type'))
  })

  it('notices an emptyDir that holds more than it may', async () => {
    const of = (sizeLimit: string): Pod => ({
      ...pod,
      spec: { containers: [], volumes: [{ name: 'v', emptyDir: { sizeLimit } }] },
    })
    await writeFile(join(root, 'big'), Buffer.alloc(3 * 2 ** 20, 'x'))
    assert.equal(await overflowing(of('4Mi'), () => root), undefined)
    assert.equal(await overflowing(of('2Mi'), () => root), 'Usage of EmptyDir volume "v" exceeds the limit "2Mi". ')
  })

  describe('mounts', () => {
    const mount = (subPath: string, more = {}, volume: Omit<Volume, 'name'> = { emptyDir: {} }) =>
      volumeMounts(
        { spec: { containers: [], volumes: [{ name: 'v', ...volume }] } },
        { name: 'c', volumeMounts: [{ name: 'v', mountPath: 'data', subPath, ...more }] },
        {
          homes: new Map([['v', join(root, 'v')]]),
          placeOf: (name, index) => join(root, 'shown', name, String(index)),
          canRecurse: false,
        },
        new Map([['NAME', 'web']]),
      )
    /** That what a container would mount is this very file or directory. */
    const shows = async (mounted: Awaited<ReturnType<typeof mount>>, path: string): Promise<void> => {
      if (E.isLeft(mounted)) throw new Error(mounted.left)
      const [one, other] = [await stat(mounted.right[0]?.hostPath ?? ''), await stat(join(root, path))]
      assert.deepEqual([one.dev, one.ino], [other.dev, other.ino])
    }
    beforeEach(() => mkdir(join(root, 'v')))
    afterEach(() => unbind(join(root, 'shown/v/0')))
    it('make what a subPath names', async () => {
      const mounted = await mount('a/b')
      assert.ok(E.isRight(mounted))
      const [{ hostPath: _, ...rest }] = mounted.right as [Mount]
      assert.deepEqual(rest, { containerPath: '/data', readOnly: false, propagation: 'private' })
      assert.ok((await stat(join(root, 'v/a/b'))).isDirectory())
      await shows(mounted, 'v/a/b')
    })
    it('let those write below a new subPath who may write to the volume', async () => {
      await chmod(join(root, 'v'), 0o2777)
      assert.ok(E.isRight(await mount('a/b')))
      for (const made of ['v/a', 'v/a/b']) assert.equal((await stat(join(root, made))).mode & 0o7777, 0o2777)
    })
    it('follow links that stay in the volume, one file as well as a directory', async () => {
      await mkdir(join(root, 'v/deep/er'), { recursive: true })
      await writeFile(join(root, 'v/deep/file'), 'x')
      await symlink('deep/er', join(root, 'v/there'))
      await symlink('../file', join(root, 'v/deep/er/back'))
      await symlink(join(root, 'v/deep/file'), join(root, 'v/absolute'))
      await shows(await mount('there'), 'v/deep/er')
      await shows(await mount('there/back'), 'v/deep/file')
      await shows(await mount('absolute'), 'v/deep/file')
      await shows(await mount('there/made'), 'v/deep/er/made')
    })
    it('are of a volume that is a link of the administrator', async () => {
      await mkdir(join(root, 'elsewhere'))
      await rm(join(root, 'v'), { recursive: true })
      await symlink('elsewhere', join(root, 'v'))
      await shows(await mount('a'), 'elsewhere/a')
    })
    it('say what stands in the way of a subPath', async () => {
      await writeFile(join(root, 'v/file'), '')
      const mounted = await mount('file/below')
      assert.ok(E.isLeft(mounted))
      assert.match(
        mounted.left,
        /^failed to prepare subPath for volumeMount "v" of container: (?:ENOTDIR|.*not a directory)/,
      )
    })
    it('are read-only where the node itself writes the files', async () => {
      const readOnly = async (volume: Omit<Volume, 'name'>): Promise<boolean | undefined> => {
        const mounted = await mount('', {}, volume)
        return E.isRight(mounted) ? mounted.right[0]?.readOnly : undefined
      }
      assert.deepEqual(
        [
          await readOnly({ configMap: { name: 'c' } }),
          await readOnly({ secret: { secretName: 's' } }),
          await readOnly({ downwardAPI: { items: [] } }),
          await readOnly({ projected: { sources: [] } }),
          await readOnly({ hostPath: { path: '/' } }),
        ],
        [true, true, true, true, false],
      )
    })
    it('expand subPathExpr', async () => {
      await shows(await mount('', { subPathExpr: 'logs/$(NAME)' }), 'v/logs/web')
      assert.ok(E.isLeft(await mount('', { subPathExpr: '$(NONE)' })))
    })
    it('do not let a subPath out of its volume', async () => {
      for (const path of ['../up', 'a/../../up', 'a/..', 'a\0b', 'a/'.repeat(3000)])
        assert.ok(E.isLeft(await mount(path)))
      assert.ok(E.isLeft(await mount('/etc')))
      await symlink('/etc', join(root, 'v/link'))
      assert.ok(E.isLeft(await mount('link')))
      await mkdir(join(root, 'outside'))
      await symlink('../outside', join(root, 'v/near'))
      assert.ok(E.isLeft(await mount('near/made')))
      await symlink('loop', join(root, 'v/loop'))
      assert.ok(E.isLeft(await mount('loop')))
      assert.deepEqual(await readdir(join(root, 'outside')), [])
    })
  })
})

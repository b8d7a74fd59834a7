import assert from 'node:assert/strict'
import type { Container, Pod, Secret } from '@periplus/kinds'
import { E, virtualClock } from '@periplus/prelude'
import { hollowRuntime } from '@periplus/runtime'
import type { ImageState } from '@periplus/runtime'
import { surplusImages } from '../../src/images/collect.ts'
import { imagesOf } from '../../src/images/images-of.ts'
import { rootRefusal } from '../../src/images/non-root.ts'
import { imagePuller } from '../../src/images/puller.ts'
import { registryAuths } from '../../src/images/registry-auth.ts'

const secret = (auths: Record<string, unknown>): Secret => ({
  data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
})
const auth = Buffer.from('me:pass:word').toString('base64')

describe('registry credentials', () => {
  const found = (server: string, registry: string, repository = 'a/b') =>
    registryAuths([secret({ [server]: { auth } })], registry, repository).length
  it('read both forms of an entry', () => {
    const entries = { 'r.io': { auth }, 'r.io/a': { username: 'you', password: 'p' } }
    assert.deepEqual(registryAuths([secret(entries)], 'r.io', 'a/b'), [
      { username: 'you', password: 'p' },
      { username: 'me', password: 'pass:word' },
    ])
  })
  const table: readonly (readonly [string, string, number])[] = [
    ['r.io', 'r.io', 1],
    ['https://r.io/v2/', 'r.io', 1],
    ['https://index.docker.io/v1/', 'docker.io', 1],
    ['*.r.io', 'x.r.io', 1],
    ['*.r.io', 'r.io', 0],
    ['r.io:5000', 'r.io', 0],
    ['r.io/other', 'r.io', 0],
    ['other.io', 'r.io', 0],
  ]
  for (const [server, registry, count] of table)
    it(`${server} is ${count ? '' : 'not '}for ${registry}`, () => assert.equal(found(server, registry), count))
  it('are none in a secret that cannot be read', () =>
    assert.deepEqual(registryAuths([{ data: { '.dockerconfigjson': 'AAAA' } }], 'r.io', 'a'), []))
})

describe('pulling', () => {
  const pod: Pod = { metadata: { name: 'p', namespace: 'd', uid: 'u' }, spec: { containers: [] } }
  const ensure = async (container: Partial<Container>, options: { refuse?: string; present?: string } = {}) => {
    const clock = virtualClock(0)
    const runtime = hollowRuntime({ clock, nodeName: 'n', refusePull: () => options.refuse })
    if (options.present) await runtime.pullImage(options.present)
    const told: string[] = []
    const puller = imagePuller(runtime, clock)
    const result = await puller.ensure(pod, { name: 'c', ...container }, [], (_, reason, message) =>
      told.push(`${reason}: ${message}`),
    )
    return { result, told }
  }
  it('uses what is there', async () => {
    const { told } = await ensure({ image: 'a:1' }, { present: 'a:1' })
    assert.deepEqual(told, ['Pulled: Container image "a:1" already present on machine'])
  })
  it('pulls an untagged image always, as latest', async () => {
    const { told } = await ensure({ image: 'a' }, { present: 'a:latest' })
    assert.equal(told[0], 'Pulling: Pulling image "a"')
  })
  it('never pulls where it must not', async () => {
    const { result } = await ensure({ image: 'a:1', imagePullPolicy: 'Never' })
    assert.deepEqual(
      result,
      E.left({
        reason: 'ErrImageNeverPull',
        message: 'Container image "a:1" is not present with pull policy of Never',
      }),
    )
  })
  it('refuses a name that is none', async () => {
    const { result } = await ensure({ image: 'Not An Image' })
    assert.ok(E.isLeft(result) && result.left.reason === 'InvalidImageName')
  })
  it('says what the registry said', async () => {
    const { result, told } = await ensure({ image: 'a:1' }, { refuse: 'not found' })
    assert.deepEqual(result, E.left({ reason: 'ErrImagePull', message: 'not found', retryAfterSeconds: 10 }))
    assert.ok(told.includes('Failed: Failed to pull image "a:1": not found'))
  })
})

describe('runAsNonRoot', () => {
  const refusal = (runAsUser: number | undefined, user: string) =>
    rootRefusal(
      {
        metadata: { name: 'p', namespace: 'd', uid: 'u' },
        spec: { containers: [], securityContext: { runAsNonRoot: true } },
      },
      { name: 'c', ...(runAsUser === undefined ? {} : { securityContext: { runAsUser } }) },
      { id: 'i', tags: [], digests: [], sizeBytes: 0, user },
    )
  it('refuses root, however it comes about, and names that may be root', () => {
    assert.equal(refusal(0, ''), `container's runAsUser breaks non-root policy (pod: "p_d(u)", container: c)`)
    assert.equal(
      refusal(undefined, ''),
      'container has runAsNonRoot and image will run as root (pod: "p_d(u)", container: c)',
    )
    assert.equal(
      refusal(undefined, '0:0'),
      'container has runAsNonRoot and image will run as root (pod: "p_d(u)", container: c)',
    )
    assert.match(
      refusal(undefined, 'nginx') ?? '',
      /^container has runAsNonRoot and image has non-numeric user \(nginx\)/,
    )
    assert.equal(refusal(1000, 'nginx'), undefined)
    assert.equal(refusal(undefined, '1000'), undefined)
  })
})

describe('image collection', () => {
  const image = (id: string, sizeBytes: number, tag = `${id}:1`): ImageState => ({
    id,
    tags: [tag],
    digests: [],
    sizeBytes,
    user: '',
  })
  it('removes the longest unused first, and only as much as is needed', () => {
    const images = [
      image('new', 5),
      image('old', 5),
      image('older', 5),
      image('used', 50),
      image('pause', 50, 'localhost/pause:1'),
    ]
    const lastUsed = new Map([
      ['new', 990_000],
      ['old', 500_000],
      ['older', 100_000],
      ['used', 0],
      ['pause', 0],
    ])
    const removed = (bytes: number) =>
      surplusImages(images, new Set(['used:1']), lastUsed, bytes, 1_000_000).map(({ id }) => id)
    assert.deepEqual(removed(1), ['older'])
    assert.deepEqual(removed(6), ['older', 'old'])
    assert.deepEqual(removed(100), ['older', 'old'])
    assert.deepEqual(removed(0), [])
  })

  it('leaves what a volume of a pod is, by whatever name the pod has for it', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const images: readonly ImageState[] = [
      image('model', 5, 'docker.io/library/model:latest'),
      { ...image('weights', 5, 'r.io/weights:1'), digests: [`r.io/weights@${digest}`] },
      image('other', 5, 'docker.io/library/other:1'),
    ]
    const volumes = ['model', `r.io/weights@${digest}`].map((reference, i) => ({ name: `v${i}`, image: { reference } }))
    const used = new Set(imagesOf({ spec: { containers: [], volumes } }))
    const longAgo = new Map(images.map(({ id }) => [id, 0]))
    assert.deepEqual(
      surplusImages(images, used, longAgo, Infinity, 1_000_000).map(({ id }) => id),
      ['other'],
    )
  })
})

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { grpcCsiNode, infoRefusal, pluginRefusal, pluginSocket } from '@periplus/csi'
import type { CsiNodeInfo, CsiPublishing } from '@periplus/csi'
import { exampleDriver, failing } from '@periplus/csi/contract'
import type { ExampleDriverOptions } from '@periplus/csi/contract'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

describe('a storage driver at its socket', () => {
  let directory: string
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'pp-csi-'))))
  afterEach(() => rm(directory, { recursive: true }))

  const driver = (more: Partial<ExampleDriverOptions> = {}) =>
    exampleDriver({
      name: 'disks.example.com',
      socket: join(directory, 'csi.sock'),
      registration: join(directory, 'reg.sock'),
      data: join(directory, 'data'),
      ...more,
    })

  const publishing: CsiPublishing = {
    volumeId: 'v-1',
    publishContext: { device: '/dev/x' },
    stagingPath: '/stage',
    targetPath: '/target',
    readOnly: true,
    use: { as: { fsType: 'ext4', flags: ['noatime'], group: '' }, accessMode: 'ReadWriteOncePod' },
    secrets: { key: 'secret' },
    volumeContext: { size: 'small' },
  }

  it('says who it is, and is told whether it was taken', async () => {
    const served = await driver()
    const socket = pluginSocket(join(directory, 'reg.sock'))
    assert.deepEqual(right(await socket.info()), {
      type: 'CSIPlugin',
      name: 'disks.example.com',
      endpoint: join(directory, 'csi.sock'),
      versions: ['1.0.0'],
    })
    right(await socket.notify(undefined))
    right(await socket.notify('no room'))
    assert.deepEqual(served.told, ['', 'no room'])
    socket.close()
    await served.close()
  })

  it('tells of its node and of what it can do', async () => {
    const served = await driver({
      mostVolumes: 7,
      segments: { 'topology.example.com/zone': 'z1' },
      capabilities: ['stage', 'expand'],
    })
    const node = grpcCsiNode(join(directory, 'csi.sock'))
    assert.deepEqual(right(await node.info()), {
      nodeId: 'the-node',
      mostVolumes: 7,
      segments: { 'topology.example.com/zone': 'z1' },
    })
    assert.deepEqual([...right(await node.capabilities())], ['stage', 'expand'])
    node.close()
    await served.close()
  })

  it('is asked with all that belongs to a volume', async () => {
    const served = await driver({
      instead: ({ method }) => (method === 'NodePublishVolume' ? failing('no disk') : undefined),
    })
    const node = grpcCsiNode(join(directory, 'csi.sock'))
    assert.deepEqual(
      await node.publish(publishing),
      E.left({ tag: 'Failed', message: 'rpc error: code = Internal desc = no disk' }),
    )
    const { use: _, ...rest } = publishing
    assert.deepEqual(served.asked[0]?.request, {
      ...rest,
      capability: {
        block: undefined,
        mount: { fsType: 'ext4', flags: ['noatime'], group: '' },
        accessMode: { mode: 1 },
      },
    })
    node.close()
    await served.close()
  })

  it('is asked for one writer where it knows the difference, and for a device where that is wanted', async () => {
    const served = await driver({ capabilities: ['singleNodeMultiWriter', 'stage'] })
    const node = grpcCsiNode(join(directory, 'csi.sock'))
    right(await node.capabilities())
    right(await node.stage({ ...publishing, use: { as: 'block', accessMode: 'ReadWriteOncePod' } }))
    assert.deepEqual(served.asked.at(-1)?.request['capability'], {
      block: {},
      mount: undefined,
      accessMode: { mode: 6 },
    })
    node.close()
    await served.close()
  })

  it('that never answers is given up within the limit, and it is not known what it did', async () => {
    const served = await driver({ instead: () => 'never' })
    const node = grpcCsiNode(join(directory, 'csi.sock'), { asking: 0.05, moving: 0.05 })
    const given = await node.publish(publishing)
    assert.equal(E.isLeft(given) && given.left.tag, 'Uncertain')
    node.close()
    await served.close()
  })

  it('that speaks another protocol is refused', async () => {
    const path = join(directory, 'garbage.sock')
    const server = createServer(socket => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\n\r\nhello', () => socket.destroy())
    })
    await new Promise<void>(resolve => server.listen(path, resolve))
    const node = grpcCsiNode(path, { asking: 2, moving: 2 })
    assert.ok(E.isLeft(await node.info()))
    node.close()
    server.close()
  })

  it('that is not there is unavailable', async () => {
    const node = grpcCsiNode(join(directory, 'nobody.sock'), { asking: 2, moving: 2 })
    const given = await node.info()
    assert.equal(E.isLeft(given) && given.left.tag, 'Unavailable')
    node.close()
  })
})

describe('what a driver says of itself', () => {
  const plugin = { type: 'CSIPlugin', name: 'a.example.com', endpoint: '/x/csi.sock', versions: ['1.0.0'] }
  const info = { nodeId: 'n', mostVolumes: 0, segments: {} }

  it('is taken where it is as the specification wants it', () => {
    assert.equal(pluginRefusal(plugin), undefined)
    assert.equal(infoRefusal({ ...info, segments: { 'topology.example.com/zone': 'a', plain: '' } }), undefined)
  })

  for (const [what, odd] of Object.entries({
    'another type': { type: 'DevicePlugin' },
    'a path for a name': { name: '../../etc' },
    'a long name': { name: 'a'.repeat(64) },
    'a relative endpoint': { endpoint: 'csi.sock' },
    'an endpoint that climbs': { endpoint: '/x/../../run/other.sock' },
    'an old version': { versions: ['0.3.0'] },
    'no version': { versions: [] },
  }))
    it(`is refused with ${what}`, () => assert.notEqual(pluginRefusal({ ...plugin, ...odd }), undefined))

  for (const [what, odd] of Object.entries<Partial<CsiNodeInfo>>({
    'an empty node id': { nodeId: '' },
    'a node id that fills the object': { nodeId: 'x'.repeat(193) },
    'a segment that is no label': { segments: { 'a/b/c': 'x' } },
    'a value that is no label': { segments: { zone: 'a b' } },
    'too many segments': { segments: Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, 'v'])) },
  }))
    it(`is refused with ${what}`, () => assert.notEqual(infoRefusal({ ...info, ...odd }), undefined))
})

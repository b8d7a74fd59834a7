import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openNamespace } from '../src/contract/namespace.ts'
import type { Namespace } from '../src/contract/namespace.ts'

const program = fileURLToPath(new URL('support/apply-routes.ts', import.meta.url))

describe('routes to the pods of other hosts', function () {
  this.timeout(60_000)
  let network: Namespace

  before(async () => {
    network = await openNamespace()
    network.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'far')
    network.run('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'uplink')
    for (const end of ['uplink', 'far']) network.run('ip', 'link', 'set', end, 'up')
    network.run('ip', 'route', 'add', '10.244.9.0/24', 'via', '192.0.2.9')
  })
  after(() => network.close())

  /** As `applyRoutes` says it in that network. */
  const apply = (wanted: Readonly<Record<string, string>>): string => {
    const [command = '', ...args] = [...network.prefix, process.execPath, '--import', 'tsx', program]
    const { stdout, stderr } = spawnSync(command, [...args, JSON.stringify(wanted)], { encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout.trim()
  }
  const routes = (): readonly string[] =>
    network
      .run('ip', 'route')
      .split('\n')
      .filter(line => line.includes(' via '))
      .map(line => line.split(' ').slice(0, 3).join(' '))

  it('come, change and go, and others stay', () => {
    assert.equal(apply({ '10.244.1.0/24': '192.0.2.2', '10.244.2.0/24': '192.0.2.3' }), 'done')
    assert.deepEqual(routes(), [
      '10.244.1.0/24 via 192.0.2.2',
      '10.244.2.0/24 via 192.0.2.3',
      '10.244.9.0/24 via 192.0.2.9',
    ])
    assert.equal(apply({ '10.244.2.0/24': '192.0.2.4', '10.244.3.7/32': '192.0.2.2' }), 'done')
    assert.deepEqual(routes(), [
      '10.244.2.0/24 via 192.0.2.4',
      '10.244.3.7 via 192.0.2.2',
      '10.244.9.0/24 via 192.0.2.9',
    ])
    assert.equal(apply({ '10.244.3.7/32': '192.0.2.2' }), 'done')
    assert.deepEqual(routes(), ['10.244.3.7 via 192.0.2.2', '10.244.9.0/24 via 192.0.2.9'])
  })

  it('are refused where the other host is on no network of this one, in one line', () =>
    assert.match(
      apply({ '10.244.5.0/24': '198.51.100.1' }),
      /^ip route replace 10\.244\.5\.0\/24 via 198\.51\.100\.1 /,
    ))
})

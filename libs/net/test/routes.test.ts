import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openNamespace } from '../src/contract/namespace.ts'
import type { Namespace } from '../src/contract/namespace.ts'

const program = fileURLToPath(new URL('support/apply-routes.ts', import.meta.url))
const removing = fileURLToPath(new URL('support/remove-routes.ts', import.meta.url))

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

describe('pods of hosts that reach each other through a router', function () {
  this.timeout(120_000)
  const names = ['one', 'two'] as const
  type Name = (typeof names)[number]
  const hosts = { one: '192.0.2.1', two: '192.0.2.5' }
  const networks = { one: '10.244.1.0/24', two: '10.244.2.0/24' }
  const pods = { one: '10.244.1.7', two: '10.244.2.7' }
  let router: Namespace
  let machines: Record<Name, Namespace>

  before(async () => {
    router = await openNamespace()
    machines = { one: await openNamespace(), two: await openNamespace() }
    router.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
    for (const [name, far] of [
      ['one', '192.0.2.2'],
      ['two', '192.0.2.6'],
    ] as const) {
      const machine = machines[name]
      router.run('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', String(machine.pid))
      router.run('ip', 'address', 'add', `${far}/30`, 'dev', name)
      router.run('ip', 'link', 'set', name, 'up')
      machine.run('ip', 'address', 'add', `${hosts[name]}/30`, 'dev', 'uplink')
      machine.run('ip', 'link', 'set', 'uplink', 'up')
      machine.run('ip', 'route', 'add', 'default', 'via', far)
      machine.run('ip', 'address', 'add', `${pods[name]}/32`, 'dev', 'lo')
    }
  })
  after(async () => {
    for (const one of [...Object.values(machines), router]) await one.close()
  })

  const applied = (at: Name, wanted: Readonly<Record<string, string>>): string => {
    const overlay = { device: 'pp-test-x', id: 4711, own: hosts[at], network: networks[at] }
    const [command = '', ...args] = [...machines[at].prefix, process.execPath, '--import', 'tsx', program]
    const { stdout } = spawnSync(command, [...args, JSON.stringify(wanted), JSON.stringify(overlay)], {
      encoding: 'utf8',
    })
    return stdout.trim()
  }
  /** What a pod of `to` is told by one of `from`, which asks under its own address, and how much came besides. */
  const asked = (from: Name, to: Name, bytes = 0): string => {
    const listening = spawn(machines[to].prefix[0] ?? '', [
      ...machines[to].prefix.slice(1),
      ...[process.execPath, '-e'],
      `require('net').createServer(s => s.end('from ' + s.remoteAddress + ';' + 'x'.repeat(${bytes}))).listen(9, '${pods[to]}', () => console.log('up'))`,
    ])
    try {
      const [command = '', ...args] = [
        ...machines[from].prefix,
        ...[process.execPath, '-e'],
        `let text = ''; const ask = () => { const s = require('net').connect({ host: '${pods[to]}', port: 9, localAddress: '${pods[from]}', timeout: 3000 })
          .on('data', d => text += d).on('end', () => { const [who, rest] = text.split(';'); console.log(who + (rest && ' ' + rest.length)); process.exit() }).on('timeout', () => { console.log('silence'); process.exit() })
          .on('error', e => e.code === 'ECONNREFUSED' ? setTimeout(ask, 50) : (console.log(e.code), process.exit())) }; ask()`,
      ]
      return spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 }).stdout.trim()
    } finally {
      listening.kill()
    }
  }
  const overlayOf = (at: Name): string =>
    spawnSync(
      machines[at].prefix[0] ?? '',
      [...machines[at].prefix.slice(1), 'ip', 'link', 'show', 'dev', 'pp-test-x'],
      {
        encoding: 'utf8',
      },
    ).stdout

  it('reach each other by their own addresses, both ways', () => {
    assert.equal(asked('one', 'two'), 'silence', 'the router knows of no pods')
    assert.equal(applied('one', { [networks.two]: hosts.two }), 'done')
    assert.equal(applied('two', { [networks.one]: hosts.one }), 'done')
    assert.equal(asked('one', 'two'), `from ${pods.one}`)
    assert.equal(asked('two', 'one'), `from ${pods.two}`)
  })

  it('send no packet in pieces, however small those are that the network below takes', () => {
    assert.match(overlayOf('one'), / mtu 1450 /)
    for (const name of names) {
      router.run('ip', 'link', 'set', name, 'mtu', '1400')
      machines[name].run('ip', 'link', 'set', 'uplink', 'mtu', '1400')
    }
    assert.equal(applied('one', { [networks.two]: hosts.two }), 'done')
    assert.equal(applied('two', { [networks.one]: hosts.one }), 'done')
    assert.match(overlayOf('one'), / mtu 1350 /)
    const pieces = (): string =>
      machines.two.run('sh', '-c', "grep '^Ip:' /proc/net/snmp").trim().split(' ').at(-2) ?? ''
    const before = pieces()
    assert.equal(asked('one', 'two', 200_000), `from ${pods.one} 200000`)
    assert.equal(pieces(), before)
  })

  it('stay as they are when the same is wanted again', () => {
    const before = overlayOf('one')
    assert.equal(applied('one', { [networks.two]: hosts.two }), 'done')
    assert.equal(overlayOf('one'), before)
    assert.equal(asked('two', 'one'), `from ${pods.two}`)
  })

  it('are reached by hosts of the cluster alone', () => {
    // For this host it is another one now that has those pods.
    assert.equal(applied('two', { '10.244.3.0/24': '192.0.2.9' }), 'done')
    const [, rules = ''] =
      /chain input \{([^}]*)\}/.exec(machines.two.run('nft', 'list', 'table', 'ip', 'pp-test-x')) ?? []
    assert.match(rules, /udp dport 4789 ip saddr != @hosts drop/)
    assert.doesNotMatch(machines.two.run('nft', 'list', 'set', 'ip', 'pp-test-x', 'hosts'), /192\.0\.2\.1\b/)
    machines.two.run('ip', 'route', 'add', networks.one, 'via', '10.244.3.0', 'dev', 'pp-test-x', 'onlink')
    machines.two.run('nft', 'add counter ip pp-test-x refused')
    machines.two.run('nft', 'insert rule ip pp-test-x input udp dport 4789 ip saddr 192.0.2.1 counter name refused')
    assert.equal(asked('one', 'two'), 'silence')
    assert.match(machines.two.run('nft', 'list', 'counter', 'ip', 'pp-test-x', 'refused'), /packets [1-9]/)
    machines.two.run('ip', 'route', 'del', networks.one)
    assert.equal(applied('two', { [networks.one]: hosts.one }), 'done')
    assert.equal(asked('one', 'two'), `from ${pods.one}`)
    const known = machines.two.run('bridge', 'fdb', 'show', 'dev', 'pp-test-x')
    assert.match(known, /dst 192\.0\.2\.1 /)
    assert.doesNotMatch(known, /192\.0\.2\.9/)
  })

  it('need no overlay any more when nobody is behind a router', () => {
    assert.equal(applied('one', {}), 'done')
    assert.equal(overlayOf('one'), '')
    assert.equal(machines.one.run('nft', 'list', 'tables'), '')
  })

  it('leave nothing behind on a host that leaves the cluster, and on one that has nothing of it', () => {
    machines.two.run('ip', 'route', 'add', '10.244.7.0/24', 'via', '192.0.2.6', 'proto', '177')
    for (let times = 0; times < 2; times++) {
      const [command = '', ...args] = [...machines.two.prefix, process.execPath, '--import', 'tsx', removing]
      assert.equal(spawnSync(command, [...args, 'pp-test-x'], { encoding: 'utf8' }).stdout.trim(), 'done')
      assert.equal(overlayOf('two'), '')
      assert.equal(machines.two.run('nft', 'list', 'tables'), '')
      assert.doesNotMatch(machines.two.run('ip', 'route'), /10\.244|pp-test/)
    }
  })
})

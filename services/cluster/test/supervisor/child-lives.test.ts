import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { logger } from '@periplus/service'
import { homeOf } from '../../src/home/home.ts'
import { roleOutput } from '../../src/home/outputs.ts'
import { componentsIn, supervisedComponents } from '../../src/roles/supervised-components.ts'
import { keepRunning } from '../../src/supervisor/keep-running.ts'
import type { Child } from '../../src/supervisor/keep-running.ts'
import { recordedSupervisor, supervisorRecord } from '../../src/supervisor/supervisor-file.ts'

describe('what a supervisor tells of its children', () => {
  let directory: string
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'pp-supervisor-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  const home = () => homeOf(directory)
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

  /** A child whose ends the test brings about. */
  const child = () => {
    let end = (_how: string): void => undefined
    let pid = 100
    const start = async (): Promise<Child> => {
      const exited = new Promise<string>(resolve => (end = resolve))
      const stop = async (): Promise<void> => end('exit code 0')
      return { pid: pid++, exited, stop, kill: stop }
    }
    return { spec: { name: 'control-plane', roles: ['apiserver', 'scheduler'], start }, end: (how: string) => end(how) }
  }

  it('is since when they run, how often they were started again, and what they ended with', async () => {
    const clock = virtualClock(1_000)
    const news = supervisorRecord(home(), error => assert.fail(String(error)))
    const { spec, end } = child()
    const log = logger('test', { write: () => undefined })
    const kept = await keepRunning(spec, { clock, log, news })
    const life = () => recordedSupervisor(home())?.lives?.['control-plane']
    const { roles } = spec
    assert.deepEqual(life(), { roles, pid: 100, since: 1_000, startedAt: 1_000, restarts: 0 })
    clock.advance(500)
    end('SIGKILL')
    await turn()
    const ended = { how: 'SIGKILL', at: 1_500 }
    assert.deepEqual(life()?.ended, ended)
    clock.advance(100)
    await turn()
    const before = { startedAt: 1_000, ...ended }
    assert.deepEqual(life(), { roles, pid: 101, since: 1_000, startedAt: 1_600, restarts: 1, before })
    await kept.stop()
  })

  it('comes to the node agent as the parts of the cluster here, but for those that do nothing', () => {
    const process = { pid: 1, since: 2, startedAt: 2, restarts: 0 }
    const lives = {
      nats: { roles: ['nats'], ...process },
      node: { roles: ['service-proxy', 'dns'], ...process },
    }
    assert.deepEqual(
      componentsIn({ lives }, role => role === 'dns').map(({ name, tier }) => [name, tier]),
      [
        ['nats', 'control-plane'],
        ['service-proxy', 'node'],
      ],
    )
    assert.deepEqual(componentsIn({}), [])
  })

  it('is heard when it changes, and counts only while a supervisor runs', async () => {
    const clock = virtualClock(0)
    const news = supervisorRecord(home(), error => assert.fail(String(error)))
    const components = supervisedComponents(home(), {
      isIdle: () => false,
      onBug: error => assert.fail(String(error)),
      clock,
    })
    let heard = 0
    components.listen(() => heard++)
    clock.advance(2_000)
    assert.equal(heard, 0)
    news.started({ name: 'redis', start: () => Promise.reject(new Error('not here')) }, 7, 1)
    clock.advance(2_000)
    assert.deepEqual([heard, components.all.map(({ name }) => name)], [1, ['redis']])
    rmSync(home().supervisor)
    clock.advance(2_000)
    assert.deepEqual([heard, components.all], [2, []])
    await components.stop()
  })
})

describe('what one part says of a process of several', () => {
  const line = (component: string): string => JSON.stringify({ time: 't', level: 'info', component, message: 'm' })
  const said = ['apiserver', 'apiserver/csrsigning', 'scheduler', 'controllers/deployment', 'control-plane', 'log']
  const of = (role: string): readonly string[] => {
    const isOf = roleOutput(homeOf(tmpdir()), role)?.isOf
    return said.filter(component => isOf?.(line(component)) ?? true)
  }
  it('is what is said of it, and of the process as a whole', () => {
    assert.deepEqual(of('apiserver'), ['apiserver', 'apiserver/csrsigning', 'control-plane', 'log'])
    assert.deepEqual(of('kube-controller-manager'), ['controllers/deployment', 'control-plane', 'log'])
    assert.deepEqual(of('control-plane'), said)
    assert.equal(roleOutput(homeOf(tmpdir()), 'apiserver')?.isOf?.('    at thrown (file.js:1)'), true)
  })
})

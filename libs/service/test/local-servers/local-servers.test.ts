import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import {
  ensureNatsServer,
  ensureRedisServer,
  isNatsNewEnough,
  startNats,
  temporaryNats,
  temporaryRedis,
} from '../../src/index.ts'

const silent = (): void => undefined

describe('local servers', () => {
  let directory: string
  before(async function () {
    this.timeout(180_000) // the first time, the servers are brought from Debian
    directory = mkdtempSync(join(tmpdir(), 'periplus-local-'))
    await (await temporaryNats()).dispose()
    await (await temporaryRedis()).dispose()
  })
  after(() => rmSync(directory, { recursive: true }))

  it('start with credentials that no command line shows, and stop', async () => {
    const nats = await temporaryNats()
    const redis = await temporaryRedis()
    for (const { pid, password } of [nats.server, redis.server]) {
      assert.match(password, /^p[0-9a-f]{32}$/)
      assert.ok(!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(password))
    }
    await nats.server.stop()
    await redis.server.stop()
    assert.match(await nats.server.exited, /^exit code [01]$/)
    assert.equal(await redis.server.exited, 'exit code 0')
    await nats.dispose()
    await redis.dispose()
  })

  it('come back on the same port after a kill, and tell of it', async () => {
    const nats = await temporaryNats()
    const { port, pid, exited } = nats.server
    await nats.server.kill()
    assert.equal(await exited, 'SIGKILL')
    const again = await nats.restart()
    assert.equal(again.port, port)
    assert.notEqual(again.pid, pid)
    await nats.dispose()
  })

  it('end what an earlier process left on the same directory', async () => {
    const nats = await temporaryNats()
    const first = nats.server
    const second = await nats.restart()
    assert.match(await first.exited, /^(exit code|SIG)/)
    assert.notEqual(first.pid, second.pid)
    await nats.dispose()
  })

  it('keep their secrets in files of the owner', async () => {
    const binary = await ensureNatsServer({ tools: directory, say: silent, override: fakeServer('2.14.6') })
    assert.ok(E.isRight(binary))
    const where = join(directory, 'secrets')
    const failed = await startNats({ binary: binary.right, directory: where })
    assert.ok(E.isLeft(failed))
    assert.match(failed.left, /^nats did not start \(exit code 0\): nats-server: v2\.14\.6$/)
    assert.equal(statSync(join(where, 'nats.password')).mode & 0o777, 0o600)
  })

  it('say which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const refused = await startNats({ binary: fakeServer('2.14.6'), directory: join(directory, 'taken'), port })
    other.close()
    assert.deepEqual(refused, E.left(`NATS cannot start: port ${port} on 127.0.0.1 is taken`))
  })

  it('refuse what the operator named and what does not do', async () => {
    const ensure = (override: string) => ensureNatsServer({ tools: directory, say: silent, override })
    assert.deepEqual(
      await ensure(fakeServer('2.14.5')),
      E.left(`PERIPLUS_NATS_SERVER=${fakeServer('2.14.5')}: version 2.14.5; 2.14.6 or newer is needed`),
    )
    assert.deepEqual(
      await ensure('/bin/true'),
      E.left('PERIPLUS_NATS_SERVER=/bin/true: not a nats-server that runs here'),
    )
    assert.deepEqual(
      await ensureRedisServer({ tools: directory, say: silent, override: '/bin/true' }),
      E.left('PERIPLUS_REDIS_SERVER=/bin/true: not a redis-server that runs here'),
    )
  })

  it('know which versions of NATS may keep the log', () => {
    for (const version of ['2.14.6', '2.14.10', '2.15.0', '2.15.0-preview.2', '3.0.0'])
      assert.ok(isNatsNewEnough(version), version)
    for (const version of ['1.99.99', '2.9.10', '2.10.29', '2.12.11', '2.14.5', '0.0.0', '', 'dev'])
      assert.ok(!isNatsNewEnough(version), version)
  })

  const fakeServer = (version: string): string => {
    const path = join(directory, `nats-server-${version}`)
    writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`)
    chmodSync(path, 0o755)
    return path
  }
})

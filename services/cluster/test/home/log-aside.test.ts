import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { homeOf } from '../../src/home/home.ts'
import { asideOf, layAside, settleAside } from '../../src/home/log-aside.ts'
import { writeNatsServers } from '../../src/home/nats-servers.ts'

describe('streams that lie aside while they are copied', () => {
  const top = mkdtempSync(join(tmpdir(), 'periplus-aside-'))
  const home = homeOf(top)
  const [port, streams] = [join(home.nats, 'nats.port'), join(home.nats, 'jetstream')]
  const read = (path: string): string => readFileSync(path, 'utf8')
  beforeEach(() => {
    mkdirSync(streams, { recursive: true })
    writeFileSync(join(streams, 'log'), 'of the server that was alone')
    writeFileSync(port, '14222\n')
    layAside(home)
    // What the server that takes the copy has left when everything was killed.
    mkdirSync(streams)
    writeFileSync(join(streams, 'log'), 'half a copy')
    writeFileSync(port, '15000\n')
  })
  afterEach(() => rmSync(top, { recursive: true }))

  it('are back where the copying was broken off, and the server is found where other hosts look for it', () => {
    for (let time = 0; time < 2; time++) {
      settleAside(home)
      assert.equal(read(join(streams, 'log')), 'of the server that was alone')
      assert.equal(read(port), '14222\n')
      assert.equal(existsSync(asideOf(home)), false)
    }
  })

  it('are gone where the copying came to its end, and the port is the one before', () => {
    const servers = [{ name: 'one', address: '192.0.2.1', port: 14_222, routePort: 16_222 }]
    writeNatsServers(home, { servers, replicated: true })
    settleAside(home)
    assert.equal(read(join(streams, 'log')), 'half a copy')
    assert.equal(read(port), '14222\n')
    assert.equal(existsSync(asideOf(home)), false)
  })
})

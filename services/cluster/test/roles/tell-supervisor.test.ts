import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { logger } from '@periplus/service'
import { homeOf, wantedFile } from '../../src/home/home.ts'
import { tellSupervisor } from '../../src/roles/tell-supervisor.ts'

describe('what the supervisor is told', () => {
  it('is told again where it could not be written, unless something else is so by then', () => {
    const home = homeOf(mkdtempSync(join(tmpdir(), 'pp-wanted-')))
    const clock = virtualClock(0)
    const said: string[] = []
    const { tell, stop } = tellSupervisor(
      home,
      'ingress',
      logger('test', { write: line => void said.push(line) }),
      clock,
    )
    const isWanted = (): boolean => existsSync(wantedFile(home, 'ingress'))
    // A disk that takes no new file.
    writeFileSync(home.logs, '')
    tell(true)
    clock.advance(9_999)
    assert.deepEqual([isWanted(), said.length], [false, 1])
    rmSync(home.logs)
    mkdirSync(home.logs)
    clock.advance(1)
    assert.ok(isWanted())
    rmSync(home.logs, { recursive: true })
    writeFileSync(home.logs, '')
    tell(true)
    rmSync(home.logs)
    mkdirSync(home.logs)
    tell(false)
    clock.advance(60_000)
    assert.ok(!isWanted())
    stop()
    rmSync(home.directory, { recursive: true })
  })
})

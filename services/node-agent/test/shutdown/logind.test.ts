import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { logind } from '../../src/shutdown/logind.ts'
import { ownLogind } from './own-logind.ts'
import type { OwnLogind } from './own-logind.ts'

describe('logind', function () {
  this.timeout(60_000)
  let real: OwnLogind
  before(async function () {
    this.timeout(300_000)
    real = await ownLogind()
  })
  after(() => real.close())
  const right = <A>(outcome: E.Either<string, A>): A => (E.isRight(outcome) ? outcome.right : assert.fail(outcome.left))

  it('is told to wait longer where it would not wait long enough', async () => {
    const asked = logind(real.places)
    right(await asked.ensureDelay(4))
    const file = join(real.places.configuration, '99-kubelet.conf')
    assert.equal(await readFile(file, 'utf8').catch(() => 'none'), 'none')
    right(await asked.ensureDelay(90))
    assert.match(await readFile(file, 'utf8'), /^\[Login\]\nInhibitDelayMaxSec=90$/m)
  })

  it('is held up, tells that the machine goes down, and goes on when it is let go', async () => {
    const asked = logind(real.places)
    const stopping = new AbortController()
    const told = right(await asked.follow(stopping.signal))[Symbol.asyncIterator]()
    const held = right(await asked.inhibit())
    assert.match(await real.inhibitors(), /kubelet.*shutdown.*Kubelet needs time to handle node shutdown.*delay/)
    await real.powerOff()
    assert.deepEqual(await told.next(), { done: false, value: true })
    await held.release()
    await real.asked
    assert.equal((await real.inhibitors()).trim(), '')
    real.cancel()
    assert.deepEqual(await told.next(), { done: false, value: false })
    const rest = told.next()
    stopping.abort()
    assert.equal((await rest).done, true)
  })

  it('says so where there is none', async () => {
    const nowhere = logind({ bus: 'unix:path=/nonexistent', configuration: '/nonexistent' })
    for (const outcome of [
      await nowhere.ensureDelay(1),
      await nowhere.inhibit(),
      await nowhere.follow(new AbortController().signal),
    ])
      assert.match(E.isLeft(outcome) ? outcome.left : 'there is one', /No such file or directory/)
  })
})

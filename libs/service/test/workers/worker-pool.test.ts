import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { threadScript, workerPool } from '@periplus/service'
import type { WorkerPool } from '@periplus/service'

const poolOf = (limitMilliseconds = 60_000): WorkerPool =>
  workerPool({
    script: threadScript(import.meta.url, 'odd-thread'),
    threads: 2,
    longestQueue: 4,
    mostPerUser: 3,
    limitMilliseconds,
    memoryMegabytes: 32,
  })

describe('a pool of threads', () => {
  let pool: WorkerPool
  afterEach(() => pool.close())

  it('does tasks, and goes on after one that throws, or takes all memory', async () => {
    pool = poolOf()
    assert.deepEqual(await pool.run('a', 'this'), E.right('did this'))
    assert.deepEqual(await pool.run('a', 'throw'), E.left({ tag: 'Died', message: 'thrown' }))
    const starved = await pool.run('a', 'memory')
    assert.ok(E.isLeft(starved) && starved.left.tag === 'Died')
    assert.deepEqual(await pool.run('a', 'that'), E.right('did that'))
  })

  it('ends what never ends', async () => {
    pool = poolOf(3000)
    assert.deepEqual(await pool.run('a', 'loop'), E.left({ tag: 'TooLong', seconds: 3 }))
    assert.deepEqual(await pool.run('a', 'this'), E.right('did this'))
  })

  it('leaves a thread to others, whatever one user asks for, and refuses beyond a share', async () => {
    pool = poolOf()
    const [first, second, third] = ['loop', 'loop', 'loop'].map(task => pool.run('hog', task))
    assert.deepEqual(await pool.run('hog', 'this'), E.left({ tag: 'Busy' }))
    assert.deepEqual(await pool.run('other', 'this'), E.right('did this'))
    await pool.close()
    for (const lost of [first, second, third]) assert.ok(E.isLeft((await lost)!))
  })
})

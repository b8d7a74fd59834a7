import assert from 'node:assert/strict'
import { preparations } from '../../src/files/preparations.ts'

const untilAborted = (signal: AbortSignal): Promise<string> =>
  new Promise(resolve => signal.addEventListener('abort', () => resolve('cut short')))

describe('preparations of volumes', () => {
  it('are cut short by the end of their pod, which waits for them, however many', async () => {
    const preparing = preparations()
    const ended: string[] = []
    const both = ['one', 'two'].map(name =>
      preparing.run('u1', async signal => {
        await untilAborted(signal)
        ended.push(name)
      }),
    )
    await preparing.end('u1')
    assert.deepEqual(ended, ['one', 'two'])
    await Promise.all(both)
  })

  it('are nothing to the ends of other pods, nor to those that begin after an end', async () => {
    const preparing = preparations()
    let other: AbortSignal | undefined
    const running = preparing.run('u1', signal => untilAborted((other = signal)))
    await preparing.end('u2')
    assert.equal(other?.aborted, false)
    await preparing.end('u1')
    assert.equal(await running, 'cut short')
    assert.equal(await preparing.run('u1', async signal => signal.aborted), false)
  })

  it('that fail fail their own callers, not the end', async () => {
    const preparing = preparations()
    const failing = preparing.run('u1', async signal => {
      await untilAborted(signal)
      throw new Error('no room')
    })
    const told = assert.rejects(failing, /no room/)
    await preparing.end('u1')
    await told
  })
})

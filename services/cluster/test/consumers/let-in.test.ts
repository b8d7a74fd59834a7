import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, pause, systemClock } from '@periplus/prelude'
import { feedPortFile, loopbackPort, startServer } from '@periplus/service'
import { whenLetIn } from '../../src/consumers/consumers.ts'
import { writeCluster } from '../../src/home/cluster-file.ts'
import { homeOf } from '../../src/home/home.ts'

describe('a consumer that is let in', () => {
  it('ends no server of the feed that has not come to listen to signals yet', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'periplus-let-in-'))
    const home = homeOf(directory)
    mkdirSync(home.feed)
    writeCluster(home, {
      ...{ name: 'test', apiPort: 1, nodeName: 'one', podCidr: '10.0.0.0/24', serviceCidr: '10.1.0.0/24' },
      runtime: { tag: 'hollow' },
    })
    await loopbackPort(join(home.feed, feedPortFile))
    const starting = await startServer({
      ...{ name: 'feed', command: 'sleep', args: ['60'], environment: {}, directory: home.feed },
      answers: async () => true,
    })
    assert.ok(E.isRight(starting))
    try {
      await assert.rejects(whenLetIn(home, { name: 'a', password: 'b', subjects: ['events.>'] }, 500), /not let in/)
      const still = pause(systemClock, 0).then(() => 'it runs')
      assert.equal(await Promise.race([starting.right.exited, still]), 'it runs')
    } finally {
      await starting.right.kill()
      rmSync(directory, { recursive: true })
    }
  })
})

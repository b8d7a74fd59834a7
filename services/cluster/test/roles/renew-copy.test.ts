import assert from 'node:assert/strict'
import { connectBus, setReplicas } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { compareCopies, jetStreamEventLog } from '@periplus/log'
import type { CopiesReport } from '@periplus/log'
import { E } from '@periplus/prelude'
import { natsCluster } from '../../../../libs/bus/test/nats-cluster.ts'
import { flipBit } from '../../../../test/faults/flip-bit.ts'
import { dropCopy, takeCopy } from '../../src/replicas/renew-copy.ts'
import { eventOf, right } from './events.ts'

/** Whose first change of the number of copies is undone, as by somebody who had read it before and changes another setting. */
const undoneOnce = (bus: Bus): Bus => {
  let undone = false
  return {
    ...bus,
    request: async (subject, data, options) => {
      const answer = await bus.request(subject, data, options)
      if (!undone && subject.startsWith('$JS.API.STREAM.UPDATE.')) {
        undone = true
        right(await setReplicas(bus, 'OBJECTS', 3))
      }
      return answer
    },
  }
}

describe('a copy of the log that a disk has changed', function () {
  this.timeout(240_000)

  it('is made anew from the others, which keep all of it meanwhile, though its server had to be killed', async () => {
    const cluster = await natsCluster()
    const bus = right(await connectBus({ servers: cluster.servers, name: 'test' }))
    try {
      let log = await jetStreamEventLog(bus, { cluster: 'test', replicas: 3 })
      // Three servers take a moment to know each other.
      while (E.isLeft(log)) log = await jetStreamEventLog(bus, { cluster: 'test', replicas: 3 })
      for (let n = 0; n < 30; n++) right(await log.right.append(eventOf(`pod-${n}`)))
      const report = async (isIt: (report: CopiesReport) => boolean): Promise<CopiesReport> => {
        for (;;) {
          const answer = await compareCopies(bus)
          if (E.isRight(answer) && answer.right.servers.length === 3 && isIt(answer.right)) return answer.right
        }
      }
      const { servers } = await report(() => true)
      const damaged = servers[1] ?? ''
      flipBit(cluster.directoryOf(damaged), 'pod-20')
      // Until the server forgets what it had in memory, it reads nothing from its disk.
      const { findings } = await report(found => found.findings.length > 0)
      assert.deepEqual([...new Set(findings.map(({ server }) => server))], [damaged])

      // Somebody reads from it who is as far away as it is from then on, so that nobody has his reader forgotten.
      const beside = right(
        await connectBus({ servers: `127.0.0.1:${cluster.portsOf(damaged).client}`, name: 'beside' }),
      )
      const reading = beside.jetstream.read({ stream: 'OBJECTS', from: 1, copyOf: damaged })
      assert.equal((await reading.next()).done, false)

      // As a supervisor does with one that does not stop in time: the others do not know it for three minutes.
      await cluster.kill(damaged)
      await dropCopy(undoneOnce(bus), 'OBJECTS', damaged, async meanwhile => {
        await cluster.start(damaged)
        const own = right(await connectBus({ servers: `127.0.0.1:${cluster.portsOf(damaged).client}`, name: 'own' }))
        while (E.isLeft(await own.jetstream.copies('OBJECTS')));
        await own.close()
        await meanwhile()
        await cluster.stop(damaged)
      })
      right(await log.right.append(eventOf('meanwhile')))
      await cluster.start(damaged)
      await takeCopy(bus, 'OBJECTS')
      const after = await report(() => true)
      assert.ok(after.servers.includes(damaged))
      assert.deepEqual([after.upTo, after.findings], [31, []])
      await beside.close()
    } finally {
      await bus.close()
      await cluster.dispose()
    }
  })
})

import assert from 'node:assert/strict'
import { kindsAt } from '@periplus/custom'
import { Namespace, Pod } from '@periplus/kinds'
import { createCommands } from '@periplus/commands'
import { memoryEventLog } from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import { hollowRuntime } from '@periplus/runtime'
import { podFeed, start } from '../../src/index.ts'
import { origin } from './world.ts'

describe('a hundred hollow nodes in one process', function () {
  // Thousands of decisions: a matter of the machine's speed and of who else uses it.
  this.timeout(300_000)
  it('run ten pods each over one cut', async () => {
    const log = memoryEventLog()
    const running = await startLiveCut({ log })
    const { cut } = running
    const commands = createCommands({ cut, log, kindsAt, admission: [] })
    for (const name of ['default', 'kube-node-lease'])
      await commands.execute(
        { verb: 'create', kind: Namespace, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } },
        origin,
      )
    const feed = podFeed(cut)
    const names = Array.from({ length: 100 }, (_, index) => `hollow-${index}`)
    const agents = await Promise.all(
      names.map(nodeName =>
        start({
          cut,
          commands,
          feed,
          nodeName,
          runtime: hollowRuntime({ clock: systemClock, nodeName }),
          rootDirectory: '/nonexistent',
        }),
      ),
    )
    const begun = performance.now()
    const allRun = new Promise<void>(resolve => {
      const runs = new Set<string>()
      const stop = cut.subscribe(changes => {
        for (const { event, after } of changes) {
          const pod = event.ref.resource === 'pods' ? (after?.object() as Pod | undefined) : undefined
          if (pod?.status?.phase === 'Running') runs.add(event.ref.name)
        }
        if (runs.size < 1000) return
        stop()
        resolve()
      })
    })
    for (let index = 0; index < 1000; index++) {
      const object: Pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `pod-${index}`, namespace: 'default' },
        spec: { nodeName: names[index % names.length], containers: [{ name: 'web', image: 'nginx:1.7.9' }] },
      }
      const created = await commands.execute({ verb: 'create', kind: Pod, object }, origin)
      if (E.isLeft(created)) assert.fail(JSON.stringify(created.left))
    }
    await allRun
    if (process.env['LOUD']) console.log(`${Math.round(performance.now() - begun)} ms, ${cut.sequence} events`)
    const ips = new Set(cut.list(Pod).map(({ spec, status }) => `${spec?.nodeName} ${status?.podIP}`))
    assert.equal(ips.size, 1000)
    await Promise.all(agents.map(agent => agent.stop()))
    await running.close()
  })
})

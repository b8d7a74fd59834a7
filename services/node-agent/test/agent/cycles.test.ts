import assert from 'node:assert/strict'
import { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { containersOf, isReady, remove, run, statusOf, within } from './doing.ts'
import { boundPod, origin } from './world.ts'

describe('the life of a pod', () => {
  it(
    'crashes, and waits twice as long each time',
    within({ behave: () => ({ ends: { after: 1000, exitCode: 1 } }) }, async w => {
      await run(w)
      const restarts: number[] = []
      const begin = w.clock.now()
      let seen = 0
      while (restarts.length < 6) {
        await w.pass(1)
        const count = statusOf(w)?.restartCount ?? 0
        if (count > seen) restarts.push(Math.round((w.clock.now() - begin) / 1000))
        seen = count
      }
      assert.deepEqual(
        restarts.map((at, index) => at - (restarts[index - 1] ?? 0)),
        [1, 11, 21, 41, 81, 161],
      )
      await w.pass(2)
      assert.match(statusOf(w)?.state?.waiting?.message ?? '', /^back-off 5m0s restarting failed container=web/)
    }),
  )

  it(
    'waits longer and longer for an image, and goes on when it can be had',
    (() => {
      let refused: string | undefined = 'no such image'
      return within({ refusePull: () => refused }, async w => {
        await run(w)
        assert.equal(statusOf(w)?.state?.waiting?.reason, 'ErrImagePull')
        await w.pass(3)
        assert.equal(statusOf(w)?.state?.waiting?.reason, 'ImagePullBackOff')
        await w.pass(8)
        assert.equal(statusOf(w)?.state?.waiting?.reason, 'ErrImagePull')
        refused = undefined
        await w.pass(15)
        assert.equal(statusOf(w)?.state?.waiting?.reason, 'ImagePullBackOff')
        await w.pass(6)
        assert.ok(isReady(w))
      })
    })(),
  )

  it(
    'has the room of one that nobody wants any more, though it has not ended yet, as with the kubelet',
    within({ behave: () => ({ stopDelay: 'never' }) }, async w => {
      const resources = { requests: { cpu: '3' } }
      const large = { containers: [{ name: 'web', image: 'nginx', resources }] }
      await run(w, large)
      await run(w, large, 'refused')
      assert.equal(w.pod('refused')?.status?.reason, 'OutOfcpu')
      await remove(w, 'a', 0)
      assert.equal((await containersOf(w)).length, 1)
      await run(w, large, 'next')
      assert.equal(w.pod('next')?.status?.reason, undefined)
      assert.ok(isReady(w, 'next'))
    }),
  )

  it(
    'is refused where the node cannot take it, and stays refused',
    within({}, async w => {
      await run(w, { containers: [{ name: 'web', image: 'nginx', resources: { requests: { cpu: '100' } } }] })
      const { phase, reason, message } = w.pod('a')?.status ?? {}
      assert.deepEqual(
        [phase, reason, message],
        [
          'Failed',
          'OutOfcpu',
          "Pod was rejected: Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 4000",
        ],
      )
      await w.restartAgent()
      await w.settle()
      assert.equal(w.pod('a')?.status?.phase, 'Failed')
      assert.deepEqual(await containersOf(w), [])
      await remove(w, 'a')
      assert.equal(w.pod('a'), undefined)
    }),
  )

  it(
    'is given its grace period, then killed',
    within({ behave: () => ({ stopDelay: 'never' }) }, async w => {
      await run(w, { terminationGracePeriodSeconds: 7 })
      await remove(w, 'a')
      await w.pass(6)
      assert.ok(w.pod('a')?.metadata?.deletionTimestamp)
      await w.pass(2)
      assert.equal(w.pod('a'), undefined)
      assert.deepEqual(await containersOf(w), [])
    }),
  )

  it(
    'does not wait for an image that nobody needs any more',
    within({ pullDelay: 3600_000 }, async w => {
      await run(w)
      await remove(w, 'a')
      await w.pass(1)
      assert.equal(w.pod('a'), undefined)
      assert.deepEqual(await w.runtime.sandboxes(), E.right([]))
    }),
  )

  it(
    'is cleared away when its object is removed by force',
    within({}, async w => {
      await run(w)
      await remove(w, 'a', 0)
      await w.pass(3)
      assert.equal(w.pod('a'), undefined)
      assert.deepEqual(await containersOf(w), [])
      assert.deepEqual(await w.runtime.sandboxes(), E.right([]))
    }),
  )

  it(
    'may have a namesake at once',
    within({}, async w => {
      await run(w)
      const first = w.pod('a')?.metadata?.uid
      await w.commands.execute(
        {
          verb: 'delete',
          kind: Pod,
          ref: { group: '', resource: 'pods', namespace: 'default', name: 'a' },
          options: { gracePeriodSeconds: 0 },
        },
        origin,
      )
      await w.create(Pod, boundPod('a'))
      await w.pass(3)
      assert.notEqual(w.pod('a')?.metadata?.uid, first)
      assert.ok(isReady(w))
      assert.deepEqual(
        (await containersOf(w)).map(({ state }) => state),
        ['running'],
      )
    }),
  )
})

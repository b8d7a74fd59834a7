import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import type { LiveCut } from '@periplus/projection'
import type { ProbeAnswer } from '../../src/index.ts'
import { logger } from '@periplus/service'
import { containersOf, isReady, remove, run, within } from './doing.ts'

const longest = Number.MAX_SAFE_INTEGER
/** What is contained is said in the log. */
const log = logger('node-agent', { write: () => undefined })
const largestInt32 = 2 ** 31 - 1

describe('one pod that makes the node agent throw', () => {
  /** A cut that cannot be read where a pod of this name is looked at. */
  const poisoned = (cut: LiveCut, isPoison: () => boolean): LiveCut =>
    new Proxy(cut, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (key !== 'get' || typeof value !== 'function')
          return typeof value === 'function' ? value.bind(target) : value
        return (kind: unknown, namespace: string, name: string): unknown => {
          if (name === 'poison' && isPoison()) throw new RangeError('Invalid time value')
          return Reflect.apply(value, target, [kind, namespace, name])
        }
      },
    })

  it('is told of, looked at again later and later, and costs the others nothing', async () => {
    let poison = true
    await within({ cut: cut => poisoned(cut, () => poison), agent: { log } }, async w => {
      await run(w, {}, 'poison')
      await run(w, {}, 'other')
      assert.ok(isReady(w, 'other'))
      assert.ok(!isReady(w, 'poison'))
      assert.ok(
        w.events().includes('Warning FailedSync: error syncing pod, will be retried: RangeError: Invalid time value'),
      )
      await w.restartAgent()
      await run(w, {}, 'third')
      assert.ok(isReady(w, 'third'))
      await remove(w, 'other', 0)
      await w.pass(3)
      assert.equal(w.pod('other'), undefined)
      poison = false
      await w.pass(300)
      assert.ok(isReady(w, 'poison'))
    })()
  })

  it('in an effect: its container waits and is tried again', async () => {
    let poison = true
    await within(
      {
        agent: { log },
        behave: config => {
          if (poison && config.sandbox.pod.name === 'poison') throw new TypeError('x')
          return {}
        },
      },
      async w => {
        await run(w, {}, 'poison')
        await run(w, {}, 'other')
        assert.ok(isReady(w, 'other'))
        assert.equal(w.pod('poison')?.status?.containerStatuses?.[0]?.state?.waiting?.reason, 'InternalError')
        poison = false
        await w.pass(20)
        assert.ok(isReady(w, 'poison'))
      },
    )()
  })

  it('in a probe: the probe counts for nothing', async () => {
    const check = (): Promise<ProbeAnswer> => {
      throw new TypeError('x')
    }
    const unhandled: unknown[] = []
    const told = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', told)
    await within({ agent: { check, log } }, async w => {
      const readinessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1 }
      await run(w, { containers: [{ name: 'web', image: 'nginx', readinessProbe }] }, 'poison')
      await run(w, {}, 'other')
      await w.pass(3)
      assert.ok(isReady(w, 'other'))
      assert.ok(!isReady(w, 'poison'))
    })()
    process.off('unhandledRejection', told)
    assert.deepEqual(unhandled, [])
  })
})

describe('figures as large as the API has them', () => {
  const extreme: Partial<NonNullable<Pod['spec']>> = {
    terminationGracePeriodSeconds: longest,
    activeDeadlineSeconds: largestInt32,
    containers: [
      {
        name: 'web',
        image: 'nginx',
        livenessProbe: {
          tcpSocket: { port: 80 },
          periodSeconds: largestInt32,
          initialDelaySeconds: largestInt32,
          timeoutSeconds: largestInt32,
          failureThreshold: largestInt32,
          terminationGracePeriodSeconds: longest,
        },
        readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: largestInt32 },
        lifecycle: { preStop: { sleep: { seconds: longest } } },
      },
    ],
  }

  it('probe once in a long while, not without a pause', async () => {
    let probes = 0
    const check = async (): Promise<ProbeAnswer> => {
      probes++
      return { tag: 'success', text: '' }
    }
    await within({ agent: { check } }, async w => {
      await run(w, extreme)
      await w.pass(3600)
      assert.equal(probes, 1)
      assert.ok(isReady(w))
    })()
  })

  it('end when they are told to, before and after the agent is another', async () => {
    await within({}, async w => {
      await run(w, extreme, 'first')
      await run(w, extreme, 'second')
      await remove(w, 'first', 0)
      await w.pass(5)
      await w.restartAgent()
      await remove(w, 'second', 0)
      await w.pass(5)
      assert.deepEqual(await containersOf(w), [])
      await run(w, {}, 'third')
      assert.ok(isReady(w, 'third'))
    })()
  })
})

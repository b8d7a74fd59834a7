import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import { hollowRuntime } from '../src/index.ts'
import { runtimeContract } from '../src/contract.ts'
import { parseImageName } from '@periplus/images'
import type { Behave, ContainerRuntime, RuntimeEvent } from '../src/index.ts'
import { containerConfig, sandboxConfig } from '../src/contract/configs.ts'

const right = <A>(outcome: E.Either<unknown, A>): A => {
  if (E.isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
  return outcome.right
}

const hollow = (behave: Behave = () => ({}), more: { podCidr?: string; sandboxDelay?: number } = {}) => {
  const clock = virtualClock(1_700_000_000_000)
  return { clock, runtime: hollowRuntime({ clock, nodeName: 'n1', behave, ...more }) }
}

const running = async (runtime: ContainerRuntime, name = 'web'): Promise<{ sandbox: string; id: string }> => {
  const config = sandboxConfig({ name })
  right(await runtime.pullImage('busybox:1.36'))
  const sandbox = right(await runtime.runSandbox(config))
  const id = right(await runtime.createContainer(sandbox, containerConfig({ sandbox: config })))
  right(await runtime.startContainer(id))
  return { sandbox, id }
}

describe('a hollow runtime', () => {
  it('gives the same ids, addresses and times for the same calls', async () => {
    const play = async () => {
      const { runtime } = hollow()
      await running(runtime, 'a')
      await running(runtime, 'b')
      return [right(await runtime.sandboxes()), right(await runtime.containers())]
    }
    assert.deepEqual(await play(), await play())
  })

  it('hands out addresses in order and refuses when none is left', async () => {
    const { runtime } = hollow(undefined, { podCidr: '10.9.8.0/29' })
    for (const name of ['a', 'b', 'c', 'd', 'e']) right(await runtime.runSandbox(sandboxConfig({ name })))
    const ips = right(await runtime.sandboxes()).flatMap(({ ips }) => ips)
    assert.deepEqual(ips, ['10.9.8.2', '10.9.8.3', '10.9.8.4', '10.9.8.5', '10.9.8.6'])
    const refused = await runtime.runSandbox(sandboxConfig({ name: 'f' }))
    assert.ok(E.isLeft(refused) && refused.left.message.includes('no IP addresses available'))
    right(await runtime.stopSandbox(right(await runtime.sandboxes())[1]!.id))
    right(await runtime.runSandbox(sandboxConfig({ name: 'f' })))
    assert.deepEqual(right(await runtime.sandboxes()).at(-1)?.ips, ['10.9.8.3'])
  })

  it('takes as long as it is told, on its clock', async () => {
    const { clock, runtime } = hollow(undefined, { sandboxDelay: 250 })
    let settled = false
    const made = runtime.runSandbox(sandboxConfig({ name: 'a' })).then(answer => ((settled = true), answer))
    await Promise.resolve()
    clock.advance(249)
    assert.equal(settled, false)
    clock.advance(1)
    right(await made)
    assert.equal(right(await runtime.sandboxes())[0]?.createdAt, 1_700_000_000_250)
  })

  it('ends containers as its behaviour says, with hints', async () => {
    const { clock, runtime } = hollow(() => ({ ends: { after: 5_000, exitCode: 3 } }))
    const abort = new AbortController()
    const hints: RuntimeEvent[] = []
    const following = (async () => {
      for await (const hint of runtime.events(abort.signal)) hints.push(hint)
    })()
    const { sandbox, id } = await running(runtime)
    clock.advance(5_000)
    const state = right(await runtime.container(id))
    assert.deepEqual([state.state, state.exitCode, state.reason], ['exited', 3, 'Error'])
    assert.equal(state.finishedAt - state.startedAt, 5_000)
    abort.abort()
    await following
    assert.deepEqual(hints.at(-1), { containerId: id, sandboxId: sandbox })
  })

  it('waits for the SIGKILL of what does not heed SIGTERM', async () => {
    const { clock, runtime } = hollow(() => ({ stopDelay: 'never' }))
    const { id } = await running(runtime)
    const stopped = runtime.stopContainer(id, 30)
    clock.advance(30_000)
    right(await stopped)
    const state = right(await runtime.container(id))
    assert.deepEqual([state.exitCode, state.finishedAt - state.startedAt], [137, 30_000])
  })

  it('fails on request', async () => {
    const { runtime } = hollow(() => ({ failStart: 'exec: "nope": executable file not found in $PATH' }))
    runtime.controls.failNext('runSandbox', { tag: 'Unavailable', message: 'down' })
    assert.ok(E.isLeft(await runtime.runSandbox(sandboxConfig({ name: 'a' }))))
    const config = sandboxConfig({ name: 'a' })
    right(await runtime.pullImage('busybox:1.36'))
    const sandbox = right(await runtime.runSandbox(config))
    const id = right(await runtime.createContainer(sandbox, containerConfig({ sandbox: config })))
    assert.ok(E.isLeft(await runtime.startContainer(id)))
    const state = right(await runtime.container(id))
    assert.deepEqual([state.state, state.exitCode, state.reason], ['exited', 128, 'StartError'])
  })

  it('kills, loses and reboots', async () => {
    const { runtime } = hollow()
    const a = await running(runtime, 'a')
    const b = await running(runtime, 'b')
    runtime.controls.oomKill(a.id)
    assert.equal(right(await runtime.container(a.id)).reason, 'OOMKilled')
    runtime.controls.reboot()
    assert.equal(right(await runtime.container(b.id)).exitCode, 255)
    assert.deepEqual(
      right(await runtime.sandboxes()).map(({ ready }) => ready),
      [false, false],
    )
  })
})

runtimeContract(
  'hollow',
  { processes: false, ownAddress: true, processNamespaces: true, memoryLimit: true, mountsImages: false },
  async () => ({
    runtime: hollowRuntime({
      clock: virtualClock(Date.now()),
      nodeName: 'contract',
      refusePull: image => {
        const name = parseImageName(image)
        if (E.isLeft(name)) return name.left
        return name.right.repository.includes('missing') ? `docker.io/${image}: not found` : undefined
      },
    }),
    image: 'busybox:1.36',
    missingImage: 'missing:1',
    logRoot: '/var/log/pods',
    stop: async () => undefined,
  }),
)

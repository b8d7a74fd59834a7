import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { containerConfig } from './configs.ts'
import { refused, right } from './stage.ts'
import type { Stage } from './stage.ts'

const exited = ({ state }: { readonly state: string }): boolean => state === 'exited'

export const processContract = (on: Stage): void => {
  if (!on.can.processes) {
    it('refuses to run a command', async () => {
      const { id } = await on.running('')
      assert.equal(refused(await on.runtime.execSync(id, ['true'], 1)), 'Unsupported')
    })
    return
  }

  it('refuses to run a pod by a handler that it does not have, rather than by its usual one', async () => {
    const refusal = refused(await on.runtime.runSandbox(on.sandbox({ runtimeHandler: 'no-such-handler' })))
    assert.ok(refusal === 'Failed' || refusal === 'Unsupported', refusal)
  })

  it('reports exit codes', async () => {
    const failing = await on.until((await on.running('exit 7')).id, exited)
    assert.deepEqual([failing.exitCode, failing.reason], [7, 'Error'])
    const fine = await on.until((await on.running('exit 0')).id, exited)
    assert.deepEqual([fine.exitCode, fine.reason], [0, 'Completed'])
  })

  it('lets a container end by itself on the stop signal, and kills it after its grace', async () => {
    const heeding = await on.running('trap "exit 3" TERM; echo up; while :; do sleep 0.05; done')
    await lines(on, heeding.log, 1)
    right(await on.runtime.stopContainer(heeding.id, 60))
    assert.equal(right(await on.runtime.container(heeding.id)).exitCode, 3)

    const deaf = await on.running('trap "" TERM; echo up; while :; do sleep 0.05; done')
    await lines(on, deaf.log, 1)
    const before = Date.now()
    right(await on.runtime.stopContainer(deaf.id, 1))
    assert.ok(Date.now() - before >= 1000)
    const killed = right(await on.runtime.container(deaf.id))
    assert.deepEqual([killed.state, killed.exitCode], ['exited', 137])
  })

  it('says which command could not be started', async () => {
    const sandbox = on.sandbox()
    const sandboxId = right(await on.runtime.runSandbox(sandbox))
    const config = containerConfig({ sandbox, image: on.harness.image, command: ['no-such-program'] })
    const id = right(await on.runtime.createContainer(sandboxId, config))
    const started = await on.runtime.startContainer(id)
    assert.ok(E.isLeft(started) && started.left.tag === 'Failed')
    assert.match(started.left.message, /no-such-program/)
    const state = right(await on.runtime.container(id))
    assert.deepEqual([state.state, state.exitCode, state.reason], ['exited', 128, 'StartError'])
  })

  it('runs the command with arguments, environment and directory', async () => {
    const { id, log } = await on.running('', {
      command: ['sh', '-c', 'echo "$0 $1 $GREETING $(pwd)"'],
      args: ['zero', 'one'],
      env: [{ name: 'GREETING', value: 'hello there' }],
      workingDirectory: '/tmp',
    })
    await on.until(id, exited)
    assert.deepEqual(await lines(on, log, 1), ['zero one hello there /tmp'])
  })

  it('gives no new privileges to what a container starts, where they are not to be had', async () => {
    const { id, log } = await on.running('grep NoNewPrivs /proc/self/status', {
      security: { ...containerConfig({ sandbox: on.sandbox() }).security, noNewPrivileges: true },
    })
    await on.until(id, exited)
    assert.deepEqual(await lines(on, log, 1), ['NoNewPrivs:\t1'])
  })

  it('mounts host directories and files, read-only where asked', async () => {
    const shared = await mkdtemp(join(on.harness.logRoot, 'shared-'))
    await mkdir(join(shared, 'writable'))
    await writeFile(join(shared, 'file'), 'from the host\n')
    const { id, log } = await on.running(
      'cat /etc/config; echo back > /data/out; echo x 2>/dev/null > /fixed/out || echo refused',
      {
        mounts: [
          { containerPath: '/data', hostPath: join(shared, 'writable'), readOnly: false, propagation: 'private' },
          { containerPath: '/fixed', hostPath: shared, readOnly: true, propagation: 'private' },
          { containerPath: '/etc/config', hostPath: join(shared, 'file'), readOnly: false, propagation: 'private' },
        ],
      },
    )
    await on.until(id, exited)
    assert.deepEqual(await lines(on, log, 2), ['from the host', 'refused'])
    assert.equal(await readFile(join(shared, 'writable', 'out'), 'utf8'), 'back\n')
    right(await on.runtime.removeContainer(id))
    await rm(shared, { recursive: true })
  })

  it('keeps the files of containers apart, and of the same image', async () => {
    const first = await on.running('echo mine > /tmp/mark; sleep 1000')
    const second = await on.running('sleep 1000')
    const look = () => on.runtime.execSync(second.id, ['ls', '/tmp'], 10)
    assert.equal(right(await look()).stdout.toString(), '')
    assert.equal(right(await on.runtime.execSync(first.id, ['true'], 10)).exitCode, 0)
  })

  it('runs as the user it is told', async () => {
    const base = containerConfig({ sandbox: on.sandbox() }).security
    const { id, log } = await on.running('id -u; id -g', { security: { ...base, runAsUser: 1234, runAsGroup: 2345 } })
    await on.until(id, exited)
    assert.deepEqual(await lines(on, log, 2), ['1234', '2345'])
  })

  if (on.can.processNamespaces)
    it('lets a container see the processes of another where asked', async () => {
      const target = await on.running('sleep 1234')
      const beside = async (name: string, processesOf?: string): Promise<string> => {
        const config = containerConfig({
          ...{ sandbox: target.sandbox, image: on.harness.image, name, command: ['sleep', '1000'] },
          ...(processesOf === undefined ? {} : { processesOf }),
        })
        const id = right(await on.runtime.createContainer(target.sandboxId, config))
        right(await on.runtime.startContainer(id))
        return right(await on.runtime.execSync(id, ['ps', '-o', 'args'], 10)).stdout.toString()
      }
      assert.match(await beside('seeing', target.id), /^sleep 1234$/m)
      assert.doesNotMatch(await beside('apart'), /^sleep 1234$/m)
    })
  else
    it('refuses a look at the processes of another container alone', async () => {
      const target = await on.running('sleep 1000')
      const { image } = on.harness
      const config = containerConfig({ sandbox: target.sandbox, image, name: 'other', processesOf: target.id })
      assert.equal(refused(await on.runtime.createContainer(target.sandboxId, config)), 'Unsupported')
    })

  it('runs a command to its end for probes, and gives up in time', async () => {
    const { id } = await on.running('sleep 1000')
    const ran = right(await on.runtime.execSync(id, ['sh', '-c', 'echo out; echo err >&2; exit 4'], 10))
    assert.deepEqual([ran.exitCode, ran.stdout.toString(), ran.stderr.toString()], [4, 'out\n', 'err\n'])
    assert.equal(refused(await on.runtime.execSync(id, ['sleep', '1000'], 1)), 'Timeout')
  })

  it('gives up in its own time: fractions count, and a child that holds the pipe does not', async () => {
    const { id } = await on.running('sleep 1000')
    // Within the whole second that CRI counts, the fraction of it is over first.
    const sooner = on.runtime.execSync(id, ['sleep', '0.9'], 0.2)
    assert.equal(refused(await sooner), 'Timeout')
    const enough = on.runtime.execSync(id, ['sleep', '1.2'], 1.9)
    assert.equal(right(await enough).exitCode, 0)
    const holding = on.runtime.execSync(id, ['sh', '-c', 'setsid sleep 15 & sleep 15'], 0.5)
    assert.equal(refused(await holding), 'Timeout')
  })

  it('gives figures of what runs', async () => {
    const { id } = await on.running('i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; sleep 1000')
    const log = right(await on.runtime.container(id)).logPath
    await lines(on, log, 1)
    const stats = right(await on.runtime.stats()).find(({ containerId }) => containerId === id)
    assert.ok(stats && stats.cpuNanoseconds > 0 && stats.workingSetBytes > 0, JSON.stringify(stats))
  })
}

/** The texts of a log's first lines, once so many are there; the test's own time limit ends the wait. */
export const lines = async (_on: Stage, log: string, count: number): Promise<string[]> => {
  for (;;) {
    const written = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1)
    if (written.length >= count) return written.slice(0, count).map(line => line.split(' ').slice(3).join(' '))
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

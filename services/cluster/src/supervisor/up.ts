import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join, relative } from 'node:path'
import { holdLock } from '@periplus/service'
import type { ProcessIdentity } from '@periplus/service'
import { CannotGoOn } from '../home/say.ts'
import type { Say } from '../home/say.ts'
import type { Settings } from '../home/settings.ts'
import { makeHome } from '../home/home.ts'
import type { Home } from '../home/home.ts'
import { readCluster } from '../home/cluster-file.ts'
import { waitForNode } from './wait-for-node.ts'
import { recordedSupervisor, runningSupervisor } from './supervisor-file.ts'
import type { Report } from './supervise.ts'
import { ensureTools } from './tools.ts'

/** As one word of a shell command. */
const shellWord = (text: string): string => (/[^\w./-]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : text)

/** Starts a one-machine cluster in the background, or finds it running, and waits until its node is Ready. */
export const up = async (home: Home, settings: Settings, say: Say): Promise<void> => {
  const begun = performance.now()
  makeHome(home)
  const tools = await ensureTools(home, settings, say)
  const started = await startOrJoin(home, say)
  const { nodeName: node = '', joined } = readCluster(home) ?? {}
  await waitForNode(home, node)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  say(started ? `node ${node} is Ready after ${seconds} s` : `the cluster is running; node ${node} is Ready`)
  if (joined) return
  say('')
  say(`  export KUBECONFIG=${shellWord(home.kubeconfig)}`)
  if (tools.kubectl.startsWith(home.directory)) say(`  export PATH=$PATH:${shellWord(join(home.tools, 'bin'))}`)
  say('  kubectl get nodes')
}

const patience = 120_000
const askEvery = 50
/** A supervisor writes down what it is doing before this; one that doesn't could not. */
const recordsWithin = 10_000

/**
 * True where a supervisor was started, false where one runs. Of several that start one at once, one does, and the others wait for
 * what comes of it; one that is being stopped is waited for, and then another started.
 */
const startOrJoin = async (home: Home, say: Say): Promise<boolean> => {
  let joined: ProcessIdentity | undefined
  let unrecordedSince = Infinity
  for (const end = performance.now() + patience; performance.now() < end;) {
    const running = runningSupervisor(home)
    if (running?.state === 'Ready') return false
    unrecordedSince = running?.state === 'Unrecorded' ? Math.min(unrecordedSince, performance.now()) : Infinity
    if (performance.now() - unrecordedSince > recordsWithin) return false
    if (running?.state === 'Starting' || running?.state === 'Unrecorded') joined = running.supervisor
    const { supervisor, state, failure } = recordedSupervisor(home) ?? {}
    if (joined && state === 'Failed' && supervisor?.pid === joined.pid)
      throw new CannotGoOn(failure ?? 'it did not start')
    if (!running && (await isFree(home)) && (await startSupervisor(home, say))) return true
    await new Promise(resolve => setTimeout(resolve, askEvery))
  }
  throw new CannotGoOn(`another command has been busy with ${home.directory} for ${patience / 1000} s`)
}

/** Whether no supervisor, and no command that stops one, has the cluster. */
const isFree = async (home: Home): Promise<boolean> => {
  const lock = await holdLock(home.directory)
  await lock?.release()
  return lock !== undefined
}

/** False where somebody else was quicker. */
const startSupervisor = (home: Home, say: Say): Promise<boolean> => {
  const path = join(home.logs, 'supervisor.log')
  const output = openSync(path, 'a', 0o600)
  const child = spawn(process.execPath, ['--enable-source-maps', process.argv[1] ?? '', 'supervise'], {
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, PERIPLUS_HOME: home.directory },
  })
  closeSync(output)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    let failure: string | undefined
    // A supervisor that failed stops what it had started before it ends.
    child.once('exit', code =>
      reject(
        new CannotGoOn(failure ?? `the cluster's supervisor ended (${code}); see ${relative(process.cwd(), path)}`),
      ),
    )
    child.on('message', (report: Report) => {
      if (report.tag === 'Say') return say(report.line)
      if (report.tag === 'Failed') return void (failure = report.message)
      child.removeAllListeners('exit')
      child.disconnect()
      child.unref()
      resolve(report.tag === 'Up')
    })
  })
}

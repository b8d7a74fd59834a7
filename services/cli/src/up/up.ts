import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join, relative } from 'node:path'
import { CannotGoOn } from './say.ts'
import type { Say } from './say.ts'
import type { Settings } from './children.ts'
import { makeHome } from './home.ts'
import type { Home } from './home.ts'
import { readCluster } from './cluster-file.ts'
import { waitForNode } from './wait-for-node.ts'
import { runningSupervisor } from './supervisor-file.ts'
import type { Report } from './supervise.ts'
import { ensureTools } from './tools.ts'

/** As one word of a shell command. */
const shellWord = (text: string): string => (/[^\w./-]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : text)

/** Starts a one-machine cluster in the background, or finds it running, and waits until its node is Ready. */
export const up = async (home: Home, settings: Settings, say: Say): Promise<void> => {
  const begun = performance.now()
  makeHome(home)
  const tools = await ensureTools(home, settings, say)
  const already = runningSupervisor(home)
  if (!already) await startSupervisor(home, say)
  const node = readCluster(home)?.nodeName ?? ''
  await waitForNode(home, node)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  say(already ? `the cluster is running; node ${node} is Ready` : `node ${node} is Ready after ${seconds} s`)
  say('')
  say(`  export KUBECONFIG=${shellWord(home.kubeconfig)}`)
  if (tools.kubectl.startsWith(home.directory)) say(`  export PATH=$PATH:${shellWord(join(home.tools, 'bin'))}`)
  say('  kubectl get nodes')
}

const startSupervisor = (home: Home, say: Say): Promise<void> => {
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
      resolve()
    })
  })
}

import { spawn } from 'node:child_process'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { containerdHome } from './containerd-home.ts'
import type { ContainerdHome } from './containerd-home.ts'
import type { ContainerdRefusal, ContainerdRequest, LocalContainerd } from './containerd-request.ts'
import { missingForContainers } from './containers-possible.ts'
import { boundFile } from '../outputs/bound-file.ts'
import { endProcess } from '../processes/end-process.ts'
import { cniBinaries, installPackages, neededPackages } from './needed-packages.ts'
import type { ProgramsByPackage } from './needed-packages.ts'
import { runningDaemon } from './own-processes.ts'
import { administrationPath, runCommand } from './run-command.ts'
import { writeConfiguration } from './write-configuration.ts'

/** Installs from Debian what containers need, and `also` that, nothing twice; refuses where none can run. */
export const ensureContainerPackages = async (
  say: (line: string) => void,
  also: ProgramsByPackage = {},
): Promise<Either<ContainerdRefusal, void>> => {
  const missing = await missingForContainers()
  if (missing.length > 0) return E.left({ tag: 'ContainersImpossible', missing })
  return installPackages(await neededPackages(also), say)
}

/**
 * A containerd of our own that answers: checks that containers can run here, installs from Debian what is missing (nothing
 * twice), writes its configuration and starts it detached, so that it outlives the caller. One that already runs with the
 * same configuration is used as it is; with another, it is restarted, which its containers survive.
 */
export const ensureContainerd = async (
  request: ContainerdRequest,
): Promise<Either<ContainerdRefusal, LocalContainerd>> => {
  const installed = await ensureContainerPackages(request.say)
  if (E.isLeft(installed)) return installed
  const plugins = await cniBinaries()
  if (plugins === undefined)
    return E.left({ tag: 'InstallFailed', packages: ['containernetworking-plugins'], message: 'CNI plugins not found' })

  const home = containerdHome(request.home)
  const changed = await writeConfiguration(request, home, plugins)
  const running = await runningDaemon(home.pidFile, home.config)
  if (running !== undefined && !changed && (await answers(home)))
    return E.right({ address: home.address, pid: running.pid, started: false })
  if (running !== undefined) {
    request.say('restarting containerd with its new configuration; containers keep running')
    await endProcess(running)
  }
  return start(request, home)
}

const start = async (
  request: ContainerdRequest,
  home: ContainerdHome,
): Promise<Either<ContainerdRefusal, LocalContainerd>> => {
  await rm(home.address, { force: true })
  await rm(`${home.address}.ttrpc`, { force: true })
  boundFile(home.log)
  const log = await open(home.log, 'a', 0o600)
  const child = spawn('containerd', ['--config', home.config], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, PATH: administrationPath },
  })
  let ended: string | undefined
  child.on('error', error => (ended = error.message))
  child.on('exit', code => (ended = `exited with ${code}`))
  child.unref()
  await log.close()
  // Where the disk has no room for it, the daemon is found by its command line.
  if (child.pid !== undefined) await writeFile(home.pidFile, String(child.pid)).catch(() => undefined)

  const refuse = async (why: string) => {
    const lines = (await readFile(home.log, 'utf8')).trim().split('\n')
    return E.left({ tag: 'DidNotStart' as const, message: `containerd ${why}:\n${lines.slice(-8).join('\n')}` })
  }
  const deadline = Date.now() + 30_000
  while (!(await answers(home))) {
    if (ended !== undefined || child.pid === undefined) return refuse(ended ?? 'could not be run')
    if (Date.now() > deadline) return refuse('did not answer within 30 s')
  }
  const imported = await ctr(home, '--namespace', 'k8s.io', 'images', 'import', request.pauseArchive)
  if (imported.code !== 0) return refuse(`refused the pause image (${imported.stderr.trim()})`)
  return E.right({ address: home.address, pid: child.pid!, started: true })
}

const ctr = (home: ContainerdHome, ...args: string[]) => runCommand('ctr', ['--address', home.address, ...args])

/** One attempt: `ctr` itself waits a little for the socket, which paces the caller's loop. */
const answers = async (home: ContainerdHome): Promise<boolean> =>
  (await ctr(home, '--connect-timeout', '500ms', 'version')).code === 0

import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LogindPlaces } from '../../src/shutdown/logind.ts'
import { joinBus } from './bus-peer.ts'
import type { Body } from './bus-peer.ts'

const run = promisify(execFile)

/** The real systemd-logind on a bus of its own, which this machine knows nothing of: what stands in for systemd shuts nothing down. */
export interface OwnLogind {
  readonly places: Required<LogindPlaces>
  /** As `systemctl poweroff`: tells those who listen, and waits for those who hold it up. */
  powerOff(): Promise<void>
  /** The machine did not go down after all. */
  cancel(): void
  /** Resolves when logind has asked systemd for it. */
  readonly asked: Promise<void>
  /** Those who hold it up. */
  inhibitors(): Promise<string>
  close(): Promise<void>
}

const binary = ['/usr/lib/systemd/systemd-logind', '/lib/systemd/systemd-logind']

const install = async (): Promise<string> => {
  const found = binary.find(existsSync)
  if (found && existsSync('/usr/bin/dbus-daemon')) return found
  await run('apt-get', ['-q', '-y', 'install', '--no-install-recommends', 'dbus', 'systemd'])
  return binary.find(existsSync) ?? 'systemd-logind'
}

const configuration = (socket: string): string => `<busconfig>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/><allow own="*"/><allow eavesdrop="true"/><allow send_destination="*" eavesdrop="true"/>
  </policy>
</busconfig>`

/** In mounts of its own: nothing of the machine's own logind is touched, and its configuration is the test's. */
const startLogind = (program: string, directory: string, bus: string): ChildProcess => {
  const script =
    'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/inhibit && mount --bind "$1" /etc/systemd && exec "$2"'
  return spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', directory, program], {
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus },
    stdio: 'ignore',
  })
}

const nothing: Body = { signature: '', values: [] }

export const ownLogind = async (): Promise<OwnLogind> => {
  const program = await install()
  const directory = await mkdtemp(join(tmpdir(), 'pp-logind-'))
  const socket = join(directory, 'bus')
  const bus = `unix:path=${socket}`
  const systemd = join(directory, 'systemd')
  await mkdir(join(systemd, 'logind.conf.d'), { recursive: true })
  await writeFile(join(directory, 'bus.conf'), configuration(socket))
  const daemon = spawn('dbus-daemon', [`--config-file=${join(directory, 'bus.conf')}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(daemon.stdout, 'data')
  let asked = (): void => undefined
  const went = new Promise<void>(resolve => (asked = resolve))
  const job = '/org/freedesktop/systemd1/job/1'
  const peer = await joinBus(socket, 'org.freedesktop.systemd1', ({ member, argument }) => {
    if (member === 'Get') return { signature: 'v', values: ['loaded'] }
    if (member === 'StartUnit' && argument === 'poweroff.target') asked()
    if (member === 'StartUnit') return { signature: 'o', values: [job] }
    if (member === 'KillUnit' && argument === 'systemd-logind.service') process.kill(child.pid ?? 0, 'SIGHUP')
    return nothing
  })
  const child = startLogind(program, systemd, bus)
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus }
  const there = async (): Promise<boolean> => {
    const { stdout } = await run('busctl', ['list', '--acquired', '--no-legend'], { env })
    return stdout.includes('org.freedesktop.login1')
  }
  while (!(await there())) await new Promise(resolve => setTimeout(resolve, 50))
  const manager = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager']
  return {
    places: { bus, configuration: join(systemd, 'logind.conf.d') },
    powerOff: async () => void (await run('busctl', ['call', ...manager, 'PowerOff', 'b', 'false'], { env })),
    cancel: () =>
      peer.signal('/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager.JobRemoved', {
        signature: 'uoss',
        values: [1, job, 'poweroff.target', 'canceled'],
      }),
    asked: went,
    inhibitors: async () => (await run('systemd-inhibit', ['--list', '--no-legend'], { env })).stdout,
    close: async () => {
      for (const process of [child, daemon]) {
        const ended = once(process, 'exit')
        process.kill('SIGTERM')
        await ended
      }
      peer.close()
      await rm(directory, { recursive: true })
    },
  }
}

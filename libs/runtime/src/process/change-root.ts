import type { Either } from '@periplus/prelude'
import type { Mount } from '../configuration.ts'
import { mountInside } from './mount-inside.ts'
import { runHere } from './run-here.ts'

/** What a container's process is to be. */
export interface Launch {
  /** Its files. */
  readonly root: string
  readonly mounts: readonly Mount[]
  readonly directory: string
  readonly uid: number
  readonly gid: number
  /** No program that it starts gives it more rights than it has, whatever the image's files are marked as. */
  readonly noNewPrivileges: boolean
  readonly command: readonly string[]
  /** A file that is made when only the command itself is left to run: what ends earlier did not start. */
  readonly marker: string
  /** A place of the node's own, where what is to be mounted is made ready. */
  readonly stage: string
}

/** A way to give a process another root directory; `argv` is run with the container's environment. */
export interface ChangeRoot {
  readonly name: 'chroot' | 'proot'
  /** What it cannot do, in words for a node's condition. */
  readonly lacks: readonly string[]
  start(launch: Launch): readonly string[]
  /**
   * What is done from outside when the process has come to where it waits (`ProcessConfig.waits`); absent: it waits for nothing. Left:
   * in words, what was in the way.
   */
  readonly prepare?: (launch: Launch, pid: number) => Promise<Either<string, void>>
  /** Runs another command beside the process `pid` of the launch. */
  beside(launch: Launch, pid: number): readonly string[]
}

const restrained = ({ noNewPrivileges }: Launch): readonly string[] =>
  noNewPrivileges ? ['/usr/bin/setpriv', '--no-new-privs', '--'] : []

/**
 * A mount namespace of its own, which ends with the process; mounts are made in it by the node before the process goes on. Then the
 * root, ids and directory. Each step replaces the one before, so the process id that was started stays the container's.
 */
const chroot: ChangeRoot = {
  name: 'chroot',
  lacks: [],
  start: launch => {
    const { root, directory, uid, gid, command, marker } = launch
    const script = ['set -e', 'echo >&3', 'read -r go <&3', 'exec 3<&-', ': > "$1"', 'shift', 'exec "$@"'].join('\n')
    return [
      ...['/usr/bin/unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'sh', marker],
      ...restrained(launch),
      ...['/usr/bin/unshare', `--root=${root}`, `--wd=${directory}`, `--setgid=${gid}`, `--setuid=${uid}`, '--'],
      ...command,
    ]
  },
  prepare: ({ root, mounts, stage }, pid) => mountInside({ root, mounts, stage, pid }),
  beside: (launch, pid) => [
    ...restrained(launch),
    ...['/usr/bin/nsenter', `--target=${pid}`, '--mount', '--root', `--wdns=${launch.directory}`],
    ...[`--setgid=${launch.gid}`, `--setuid=${launch.uid}`, '--', ...launch.command],
  ],
}

/** Without privileges: every file access is translated by a tracer. */
const proot = (program: string): ChangeRoot => {
  const start = (launch: Launch) => [
    ...restrained(launch),
    ...[program, '-r', launch.root, '-w', launch.directory, '-i', `${launch.uid}:${launch.gid}`],
    ...[
      ...['/proc', '/sys', '/dev'].map(path => [path, path] as const),
      ...launch.mounts.map(m => [m.hostPath, m.containerPath] as const),
    ].flatMap(([from, to]) => ['-b', `${from}:${to}`]),
    ...launch.command,
  ]
  return {
    name: 'proot',
    lacks: [
      'mounts cannot be made read-only',
      'user ids inside of containers are only apparent',
      'daemons that a container starts may outlive it',
    ],
    start,
    beside: start,
  }
}

/** The best way that works on this machine, tried out; `undefined` when there is none. */
export const findChangeRoot = async (only?: ChangeRoot['name']): Promise<ChangeRoot | undefined> => {
  if (only !== 'proot' && process.getuid?.() === 0) {
    const trial = await runHere('/usr/bin/unshare', [
      '--mount',
      '--propagation',
      'private',
      '/bin/mount',
      '--bind',
      '/',
      '/mnt',
    ])
    if (trial.exitCode === 0) return chroot
  }
  if (only === 'chroot') return undefined
  for (const directory of (process.env['PATH'] ?? '').split(':').filter(Boolean)) {
    const program = `${directory}/proot`
    if ((await runHere(program, ['-r', '/', '/bin/true'])).exitCode === 0) return proot(program)
  }
  return undefined
}

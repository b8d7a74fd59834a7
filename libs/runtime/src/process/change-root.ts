import type { Mount } from '../configuration.ts'
import { makeMountPoint } from './inside-root.ts'
import { runHere } from './run-here.ts'

/** What a container's process is to be. */
export interface Launch {
  /** Its files. */
  readonly root: string
  readonly mounts: readonly Mount[]
  readonly directory: string
  readonly uid: number
  readonly gid: number
  readonly command: readonly string[]
  /** A file that is made when only the command itself is left to run: what ends earlier did not start. */
  readonly marker: string
}

/** A way to give a process another root directory; `argv` is run with the container's environment. */
export interface ChangeRoot {
  readonly name: 'chroot' | 'proot'
  /** What it cannot do, in words for a node's condition. */
  readonly lacks: readonly string[]
  start(launch: Launch): readonly string[]
  /** Runs another command beside the process `pid` of the launch. */
  beside(launch: Launch, pid: number): readonly string[]
}

/** Directories of the machine that every program expects. */
const system = ['/proc', '/sys']

/**
 * A /dev of its own, with the devices that harm nobody: what a container mounts below it (its termination log, for one) needs a
 * place that is not the machine's, and the machine's disks are none of its business.
 */
const makeDevices = [
  '/bin/mount -t tmpfs -o nosuid,mode=755 tmpfs "$dev"',
  'for name in null zero full random urandom tty; do',
  '[ -e "/dev/$name" ] || continue; : > "$dev/$name"; /bin/mount --bind "/dev/$name" "$dev/$name"; done',
  'mkdir "$dev/pts" "$dev/shm"; chmod 1777 "$dev/shm"; /bin/mount --rbind /dev/pts "$dev/pts"',
  'ln -s pts/ptmx "$dev/ptmx"; ln -s /proc/self/fd "$dev/fd"',
  'ln -s fd/0 "$dev/stdin"; ln -s fd/1 "$dev/stdout"; ln -s fd/2 "$dev/stderr"',
]

/**
 * Mounts inside a mount namespace of its own, which ends with the process; then the root, ids and directory. Each step
 * replaces the one before, so the process id that was started stays the container's.
 */
const chroot: ChangeRoot = {
  name: 'chroot',
  lacks: [],
  start: ({ root, mounts, directory, uid, gid, command, marker }) => {
    const binds = [
      ...system.map(path => ({ from: path, to: makeMountPoint(root, path, path), readOnly: false })),
      ...mounts.map(({ hostPath, containerPath, readOnly }) => ({
        from: hostPath,
        to: makeMountPoint(root, containerPath, hostPath),
        readOnly,
      })),
    ]
    const script = [
      'set -e',
      'marker="$1"; dev="$2"; shift 2',
      ...makeDevices,
      'while [ "$1" != -- ]; do',
      '[ -e "$2" ] || if [ -d "$1" ]; then mkdir -p "$2"; else : > "$2"; fi',
      '/bin/mount --rbind "$1" "$2"',
      '[ "$3" = rw ] || /bin/mount -o remount,bind,ro "$2"; shift 3; done; shift',
      ': > "$marker"',
      'exec "$@"',
    ].join('\n')
    return [
      ...['/usr/bin/unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', script, 'sh', marker],
      makeMountPoint(root, '/dev', '/dev'),
      ...binds.flatMap(({ from, to, readOnly }) => [from, to, readOnly ? 'ro' : 'rw']),
      ...['--', '/usr/bin/unshare', `--root=${root}`, `--wd=${directory}`, `--setgid=${gid}`, `--setuid=${uid}`, '--'],
      ...command,
    ]
  },
  beside: ({ directory, uid, gid, command }, pid) => [
    ...['/usr/bin/nsenter', `--target=${pid}`, '--mount', '--root', `--wdns=${directory}`],
    ...[`--setgid=${gid}`, `--setuid=${uid}`, '--', ...command],
  ],
}

/** Without privileges: every file access is translated by a tracer. */
const proot = (program: string): ChangeRoot => {
  const start = ({ root, mounts, directory, uid, gid, command }: Launch) => [
    ...[program, '-r', root, '-w', directory, '-i', `${uid}:${gid}`],
    ...[
      ...[...system, '/dev'].map(path => [path, path] as const),
      ...mounts.map(m => [m.hostPath, m.containerPath] as const),
    ].flatMap(([from, to]) => ['-b', `${from}:${to}`]),
    ...command,
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

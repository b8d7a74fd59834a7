import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What writes, renames or copies files, of Node's own. */
const writing =
  /\b(?:writeFile|writeFileSync|writeSync|appendFile|appendFileSync|createWriteStream|copyFile|copyFileSync|cp|cpSync|rename|renameSync|truncate|truncateSync|ftruncateSync)\s*\(/

/** How each file that writes by itself keeps a full or broken disk from leaving half of something. All others ask `writePrivately`. */
const writers: Readonly<Record<string, string>> = {
  // Beside its place, then renamed; what was begun is removed where it fails.
  'libs/service/src/local-servers/private-file.ts': 'whole',
  'libs/runtime/src/process/json-file.ts': 'whole',
  'libs/images/src/oci-layout.ts': 'whole',
  'libs/log/src/backup/backup-file.ts': 'whole',
  'libs/log/src/backup/stored-backups.ts': 'whole: a file that was not there, removed where it fails',
  'libs/log/src/blobs/directory-blobs.ts': 'whole',
  'services/apiserver/src/security/pki/secret-files.ts': 'whole',
  'services/cluster/src/home/restored.ts': 'whole',
  'services/cluster/src/supervisor/clients/ensure-clients.ts': 'whole',
  'libs/service/src/outputs/compress-rotated.ts': 'whole',
  'services/node-agent/src/logs/gzip-file.ts': 'whole',
  'services/node-agent/src/volumes/atomic-writer.ts': 'whole',
  'services/node-agent/src/files/write-beneath.ts': 'whole: in a directory that is removed where it fails',
  // At the end of a file; what is torn is cut off, ended, or stepped over by who reads it.
  'libs/runtime/src/process/log-file.ts': 'appended',
  'libs/logs/src/file/file-backend.ts': 'appended',
  'libs/service/src/logger.ts': 'appended',
  'libs/service/src/watchdog/watchdog-thread.ts': 'appended',
  'services/apiserver/src/audit/audit-file.ts': 'appended',
  'services/cluster/src/home/shadow-record.ts': 'appended',
  'services/log-router/src/buffer/disk-buffer.ts': 'appended',
  // Nothing is in it, or in it is nothing that is not known otherwise.
  'libs/runtime/src/process/mount-inside.ts': 'empty',
  'services/cluster/src/roles/process.ts': 'empty',
  'services/cluster/src/roles/tell-supervisor.ts': 'empty',
  'services/node-agent/src/volumes/nested-mounts.ts': 'empty',
  'services/node-agent/src/volumes/sub-path.ts': 'empty',
  'libs/service/src/local-containerd/ensure-containerd.ts': 'known otherwise: by its command line',
  'libs/service/src/outputs/bound-file.ts': 'known otherwise: a copy that is removed where it fails',
  'libs/service/src/local-servers/disk-room.ts': 'empty: room alone',
  // Tried before it is used, and made anew where that fails.
  'libs/images/src/busybox-links.ts': 'scratch',
  'libs/service/src/local-servers/debian-packages.ts': 'scratch',
  'libs/service/src/local-servers/ensure-proot.ts': 'tried',
  'libs/service/src/local-servers/ensure-redis-server.ts': 'tried',
  'services/node-agent/src/shutdown/logind.ts': 'tried',
  // Renamed alone, which takes no room.
  'libs/runtime/src/process/unpack-layers.ts': 'renamed',
  'libs/service/src/local-servers/start-redis.ts': 'renamed',
  'services/cluster/src/home/log-aside.ts': 'renamed',
  'services/node-agent/src/logs/rotate.ts': 'renamed',
  'services/node-agent/src/volumes/local-path.ts': 'renamed',
  'services/node-agent/src/volumes/prepare-volume.ts': 'renamed',
  // In its place, as containers have it mounted; written where it says something else.
  'services/node-agent/src/files/own-mounts.ts': 'in place',
  // The kernel's own.
  'libs/net/src/pod-bridge.ts': 'kernel',
  'libs/service/src/local-containerd/cgroups-possible.ts': 'kernel',
  'services/cluster/src/supervisor/pods-at-rest.ts': 'kernel',
  'services/node-agent/src/resources/pod-cgroup.ts': 'kernel',
}

const sources = (): readonly string[] =>
  ['libs', 'services'].flatMap(top =>
    readdirSync(top).flatMap(name =>
      readdirSync(join(top, name, 'src'), { recursive: true, encoding: 'utf8' })
        .filter(path => path.endsWith('.ts') && !/(^|\/)contract[/.]/.test(path))
        .map(path => join(top, name, 'src', path)),
    ),
  )

const writes = (path: string): boolean => {
  const text = readFileSync(path, 'utf8')
  return /from 'node:fs(\/promises)?'/.test(text) && writing.test(text)
}

describe('writers of files', () => {
  it('are known, each with what it does where there is no room', () =>
    assert.deepEqual(sources().filter(writes).sort(), Object.keys(writers).sort()))

  it('that write whole files remove what they have begun', () => {
    for (const [path, how] of Object.entries(writers))
      if (how === 'whole') assert.match(readFileSync(path, 'utf8'), /catch[\s\S]*\brm(Sync)?\(|\brm\(temporary/, path)
  })
})

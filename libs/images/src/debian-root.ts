import { directory, file, symlink } from './file-tree.ts'
import type { FileTree } from './file-tree.ts'

/** What nobody reads in a container; copyright notices stay. */
const dropped = [
  /^usr\/share\/doc\/(?!.*\/copyright$)/,
  /^usr\/share\/(man|info|locale|lintian|bug|bash-completion|menu|i18n|initramfs-tools|zsh)\//,
  /^usr\/lib\/[^/]+\/gconv\//,
  /^usr\/lib\/systemd\//,
  /^etc\/(init\.d|logrotate\.d|ufw|cron\.[^/]+|systemd)\//,
]

const merged = ['bin', 'sbin', 'lib', 'lib64']

/**
 * Packages' files as a root directory: `/bin`, `/sbin`, `/lib` and `/lib64` are links into `/usr` as on every Debian since 12,
 * wherever the release at hand packs them; plus the directories and account files that no package brings.
 */
export const debianRoot = (packages: FileTree, users: readonly string[], groups: readonly string[]): FileTree => {
  const root: FileTree = new Map()
  for (const [path, entry] of packages) {
    const top = path.split('/', 1)[0]!
    if (path === '' || merged.includes(path)) continue
    const place = merged.includes(top) ? `usr/${path}` : path
    if (!dropped.some(pattern => pattern.test(place))) root.set(place, entry)
  }
  for (const name of merged) {
    root.set(name, symlink(`usr/${name}`))
    root.set(`usr/${name}`, directory())
  }
  for (const path of ['dev', 'etc', 'home', 'proc', 'run', 'sys', 'usr/local/bin', 'var/log', 'var/lib'])
    if (!root.has(path)) root.set(path, directory())
  root.set('root', directory(0o700))
  root.set('tmp', directory(0o1777))
  root.set('var/tmp', directory(0o1777))
  root.set('var/run', symlink('../run'))
  root.set('etc/passwd', file(['root:x:0:0:root:/root:/bin/sh', ...users, ''].join('\n')))
  root.set('etc/group', file(['root:x:0:', ...groups, ''].join('\n')))
  root.set('etc/nsswitch.conf', file('passwd: files\ngroup: files\nhosts: files dns\n'))
  return root
}

/** PATH of the containers. */
export const searchPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

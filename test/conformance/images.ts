import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import {
  addToLayout,
  busyboxTree,
  debianRoot,
  directory,
  ensureStandIns,
  file,
  ociImage,
  readLayout,
  searchPath,
  symlink,
  unpackPackages,
} from '@periplus/images'
import type { FileEntry, FileTree, ImageConfig } from '@periplus/images'
import type { BuiltSuite } from './build.ts'

/** All test images bear names below this one: nobody takes them for the real ones. */
const namespace = 'periplus-conformance'

/** `KUBE_TEST_REPO_LIST`: where the suite takes its images from. */
export const repositoryList = ['promoterE2eRegistry', 'gcEtcdRegistry', 'gcRegistry', 'buildImageRegistry']
  .map(registry => `${registry}: docker.io/${namespace}\n`)
  .join('')

type Files = readonly (readonly [string, FileEntry])[]

const toolPackages = [
  ...['bash', 'busybox-static', 'libc-bin', 'curl', 'bind9-dnsutils', 'bind9-host', 'netcat-openbsd', 'iproute2'],
  ...['hostname', 'procps', 'util-linux', 'wget', 'iputils-ping', 'stress'],
]

const users = [
  'user-defined-in-image:x:1000:1000:user:/home:/bin/sh',
  'nobody:x:65534:65534:nobody:/nonexistent:/bin/sh',
]
const groups = [
  'user-defined-in-image:x:1000:',
  'group-defined-in-image:x:50000:user-defined-in-image',
  'nogroup:x:65534:',
]

/** A small Debian with the tools that specs run in their pods; its shell is bash. */
const toolbox = async (): Promise<Either<string, FileTree>> => {
  const unpacked = await unpackPackages({ packages: toolPackages, leaveOut: ['debconf', 'openssl', 'ca-certificates'] })
  if (E.isLeft(unpacked)) return unpacked
  const root = debianRoot(unpacked.right.tree, users, groups)
  const applets = await busyboxTree()
  if (E.isLeft(applets)) return applets
  for (const [path] of applets.right) {
    const [, name] = /^bin\/(.+)$/.exec(path) ?? []
    if (name && !['bin', 'sbin'].some(folder => root.has(`usr/${folder}/${name}`)))
      root.set(`usr/bin/${name}`, symlink('busybox'))
  }
  root.set('usr/bin/sh', symlink('bash'))
  root.set('usr/bin/nc', symlink('nc.openbsd'))
  return E.right(root)
}

/**
 * BusyBox whose `sh` is bash: variables whose names are no identifiers, such as those made of a ConfigMap's keys, go on to the
 * programs that a shell starts, as they do with the BusyBox of the real image and not with Debian's.
 */
const busybox = async (): Promise<Either<string, FileTree>> => {
  const applets = await busyboxTree()
  if (E.isLeft(applets)) return applets
  const bash = await unpackPackages({ packages: ['bash-static'], leaveOut: [] })
  if (E.isLeft(bash)) return bash
  const program = bash.right.tree.get('bin/bash-static') ?? bash.right.tree.get('usr/bin/bash-static')
  if (!program) return E.left('the package bash-static brings no bash-static')
  return E.right(new Map([...applets.right, ['bin/bash', program], ['bin/sh', symlink('bash')]]))
}

const etcd = async (): Promise<Either<string, FileTree>> => {
  const unpacked = await unpackPackages({
    packages: ['etcd-server'],
    leaveOut: ['adduser', 'lsb-base', 'sysvinit-utils'],
  })
  if (E.isLeft(unpacked)) return unpacked
  const root = debianRoot(unpacked.right.tree, [], [])
  root.set('usr/local/bin/etcd', symlink('/usr/bin/etcd'))
  return E.right(root)
}

interface Recipe {
  readonly repository: string
  readonly base: 'toolbox' | 'busybox' | 'etcd'
  readonly what: string
  readonly files?: Files
  readonly config?: ImageConfig
}

const recipes = (built: BuiltSuite): readonly Recipe[] => {
  const program = (name: string, mode = 0o755): FileEntry => file(readFileSync(built.program(name)), mode)
  const fromModule = (path: string): FileEntry => file(built.imageFile(path))
  const agnhostFiles: Files = [
    ['agnhost', program('agnhost')],
    ['agnhost-2', symlink('agnhost')],
    ['uploads', directory()],
    ['localhost.crt', fromModule('agnhost/porter/localhost.crt')],
    ['localhost.key', fromModule('agnhost/porter/localhost.key')],
  ]
  const agnhost = { base: 'toolbox', what: "Kubernetes' agnhost on Debian" } as const
  const webserver = (name: string): Recipe => ({
    ...agnhost,
    repository: name,
    files: [
      ...agnhostFiles,
      [`${name}.jpg`, fromModule(`${name}/html/${name}.jpg`)],
      ['data.json', fromModule(`${name}/html/data.json`)],
    ],
    config: { Entrypoint: ['/agnhost'], Cmd: ['test-webserver'] },
  })
  const own = (repository: string, ...files: Files): Recipe => ({
    repository,
    base: 'busybox',
    what: `Kubernetes' ${repository}`,
    files,
    config: { Entrypoint: [`/${files[0]![0]}`] },
  })
  return [
    { ...agnhost, repository: 'agnhost', files: agnhostFiles, config: { Entrypoint: ['/agnhost'], Cmd: ['pause'] } },
    webserver('kitten'),
    webserver('nautilus'),
    {
      repository: 'busybox',
      base: 'busybox',
      what: "Debian's BusyBox with bash as its shell",
      config: { Cmd: ['sh'] },
    },
    { repository: 'nonroot', base: 'busybox', what: 'the same as user 1234', config: { Cmd: ['sh'], User: '1234' } },
    { repository: 'jessie-dnsutils', base: 'toolbox', what: 'Debian with dig', config: { Cmd: ['sh'] } },
    { repository: 'ipc-utils', base: 'toolbox', what: 'Debian with util-linux', config: { Cmd: ['sh'] } },
    { repository: 'etcd', base: 'etcd', what: "Debian's etcd", config: { Entrypoint: ['etcd'] } },
    {
      ...own('nonewprivs', ['usr/local/bin/nnp', program('nonewprivs', 0o6755)]),
      config: { Cmd: ['nnp'] },
    },
    own('regression-issue-74839', ['regression-issue-74839', program('regression-issue-74839')]),
    own('sample-apiserver', ['sample-apiserver', program('sample-apiserver')]),
    {
      ...own('resource-consumer', ['consumer', program('resource-consumer')], ['consume-cpu', program('consume-cpu')]),
      base: 'toolbox',
    },
  ]
}

/** Images of the product that serve under the suite's names too. */
const shared = ['nginx', 'pause'] as const

/** Adds the test images to the layout at `root`, once for each state of what was compiled and of this file. */
export const ensureTestImages = async (
  root: string,
  built: BuiltSuite,
  say: (line: string) => void,
): Promise<Either<string, void>> => {
  const standIns = await ensureStandIns(root, { say })
  if (E.isLeft(standIns)) return standIns
  const stampFile = join(root, 'conformance.stamp')
  const stamp = `${built.stamp} ${createHash('sha256')
    .update(readFileSync(new URL(import.meta.url)))
    .digest('hex')}`
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return E.right(undefined)
  say('building the images of the suite from its programs and from Debian packages')
  const bases = { toolbox: await toolbox(), busybox: await busybox(), etcd: await etcd() }
  const present = await readLayout(root)
  for (const repository of shared) {
    const manifest = present.get(repository)
    if (!manifest) return E.left(`the stand-in of ${repository} is missing`)
    await addToLayout(root, new Map([[`${namespace}/${repository}`, { manifest, blobs: new Map() }]]))
  }
  for (const { repository, base, what, files = [], config = {} } of recipes(built)) {
    const tree = bases[base]
    if (E.isLeft(tree)) return E.left(`${repository}: ${tree.left}`)
    const { manifest, blobs } = ociImage(new Map([...tree.right, ...files]), { Env: [searchPath], ...config })
    const annotations = { 'org.opencontainers.image.title': what }
    await addToLayout(
      root,
      new Map([[`${namespace}/${repository}`, { manifest: { ...manifest, annotations }, blobs }]]),
    )
  }
  await writeFile(stampFile, stamp)
  return E.right(undefined)
}

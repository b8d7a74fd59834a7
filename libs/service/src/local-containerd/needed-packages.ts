import { access } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { aptComplaint } from '../apt-complaints.ts'
import type { ContainerdRefusal } from './containerd-request.ts'
import { administrationPath, runCommand } from './run-command.ts'

/** Debian's packages with the programs wanted of them; a program from elsewhere on the PATH is as good. */
export type ProgramsByPackage = Readonly<Record<string, readonly string[]>>

const packages: ProgramsByPackage = {
  containerd: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
  runc: ['runc'],
  // Bridge masquerading and host ports are iptables' work in CNI; Services are nftables'.
  iptables: ['iptables'],
  nftables: ['nft'],
  // Datagrams go on to an endpoint that went, until they are told.
  conntrack: ['conntrack'],
  iproute2: ['ip', 'tc'],
}

const cniDirectories = ['/usr/lib/cni', '/opt/cni/bin']

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const onPath = async (program: string): Promise<boolean> => {
  for (const directory of administrationPath.split(':'))
    if (directory && (await exists(`${directory}/${program}`))) return true
  return false
}

/** Directory of the CNI plugins, `undefined` when they are not installed. */
export const cniBinaries = async (): Promise<string | undefined> => {
  for (const directory of cniDirectories)
    if ((await exists(`${directory}/bridge`)) && (await exists(`${directory}/portmap`))) return directory
  return undefined
}

/** Debian packages that must still be installed. */
export const neededPackages = async (also: ProgramsByPackage = {}): Promise<readonly string[]> => {
  const needed: string[] = []
  for (const [name, programs] of Object.entries({ ...packages, ...also }))
    if (!(await Promise.all(programs.map(onPath))).every(Boolean)) needed.push(name)
  if ((await cniBinaries()) === undefined) needed.push('containernetworking-plugins')
  return needed
}

/** Installs with apt what is missing, saying so. A service that Debian starts along with it is neither used nor stopped. */
export const installPackages = async (
  needed: readonly string[],
  say: (line: string) => void,
): Promise<Either<ContainerdRefusal, void>> => {
  if (needed.length === 0) return E.right(undefined)
  const refuse = (message: string) => E.left({ tag: 'InstallFailed' as const, packages: needed, message })
  if (!(await onPath('apt-get')))
    return refuse(`no apt-get here: install ${needed.join(', ')} with this system's own packages`)
  say(`installing Debian packages: ${needed.join(', ')}`)
  const apt = (...args: string[]) =>
    runCommand('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    })
  // Two of ours may install at once: the second waits for dpkg's lock, and finds everything there.
  const install = () => apt('install', '--no-install-recommends', ...needed)
  if ((await install()).code === 0) return E.right(undefined)
  const update = await apt('update')
  const { code, stderr } = await install()
  return code === 0 ? E.right(undefined) : refuse(aptComplaint(stderr, update.stderr))
}

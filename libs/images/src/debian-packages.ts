import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { FileTree } from './file-tree.ts'
import { treeOf } from './tar-reader.ts'

/** Packages to put into an image, with what they depend on. */
export interface PackageSelection {
  readonly packages: readonly string[]
  /** Dependencies that only maintainer scripts need, with what only those bring. */
  readonly leaveOut: readonly string[]
}

/** Files of Debian packages, and which versions they are. */
export interface UnpackedPackages {
  /** All their files, laid over each other. */
  readonly tree: FileTree
  readonly versions: Readonly<Record<string, string>>
}

/**
 * Files of Debian packages of this machine's release, solved, downloaded and verified by apt and unpacked without being
 * installed; the machine's own packages, lists and sources stay as they are. Works without being root. The refusal is apt's
 * text.
 */
export const unpackPackages = async (selection: PackageSelection): Promise<Either<string, UnpackedPackages>> => {
  const work = await mkdtemp(join(tmpdir(), 'periplus-packages-'))
  try {
    const archives = join(work, 'archives')
    const download = async (apt: AptOptions): Promise<void> => {
      const wanted = await solve(selection, apt)
      await rm(archives, { recursive: true, force: true })
      await mkdir(archives)
      await run('apt-get', [...apt, '-q', 'download', ...wanted], archives)
    }
    // A fresh machine has no lists, and lists that are older than the mirror's last change name versions that it has no more.
    await download([]).catch(async () => {
      const { apt, complaints } = await freshLists(work)
      await download(apt).catch((error: Error) => {
        throw new Error(`${error.message.trim()}${complaints}`)
      })
    })
    const tree: FileTree = new Map()
    const versions: Record<string, string> = {}
    for (const name of (await readdir(archives)).filter(file => file.endsWith('.deb')).sort()) {
      const archive = join(archives, name)
      const [packageName = '', version = ''] = (await text('dpkg-deb', ['-W', archive])).trim().split('\t')
      versions[packageName] = version
      for (const [path, entry] of treeOf(await run('dpkg-deb', ['--fsys-tarfile', archive]))) tree.set(path, entry)
    }
    return E.right({ tree, versions })
  } catch (error) {
    return E.left((error as Error).message.trim().split('\n').slice(-4).join('\n'))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Empty: apt as the machine has it. */
type AptOptions = readonly string[]

/** Lists of our own, as the machine's are root's to renew, and what apt says of those that it cannot get: it goes on without. */
const freshLists = async (work: string): Promise<{ readonly apt: AptOptions; readonly complaints: string }> => {
  await mkdir(join(work, 'lists/partial'), { recursive: true })
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true })
  const settings = [
    ...[`Dir::State::Lists=${work}/lists`, `Dir::Cache=${work}/cache`, 'Debug::NoLocking=true', 'APT::Sandbox::User='],
    ...['Acquire::Languages=none', 'Acquire::Retries=3', 'APT::Update::Post-Invoke-Success=;'],
  ]
  const apt = settings.flatMap(setting => ['-o', setting])
  const { stderr } = await ran('apt-get', [...apt, '-q', 'update'])
  const [, url, why] = /^W: Failed to fetch (\S+)\s+(.*\S)/m.exec(stderr) ?? []
  return { apt, complaints: url === undefined ? '' : ` (${url}: ${why})` }
}

const solve = async ({ packages, leaveOut }: PackageSelection, apt: AptOptions): Promise<string[]> => {
  // As if nothing were installed: the image must hold everything that its programs load.
  const simulated = await text('apt-get', [
    ...[...apt, 'install', '-s', '--no-install-recommends', '-o', 'Dir::State::status=/dev/null'],
    ...packages,
  ])
  const solved = new Set([...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name!.replace(/:.*/, '')))
  const wanted = new Set(packages)
  for (let next = [...wanted]; next.length > 0;) {
    const depended = await text('apt-cache', [...apt, 'depends', '--important', ...next])
    next = [...depended.matchAll(/^ *\|?(?:Pre)?Depends: (\S+)/gm)]
      .map(([, name]) => name!.replace(/:.*/, ''))
      .filter(name => solved.has(name) && !wanted.has(name) && !leaveOut.includes(name))
    for (const name of next) wanted.add(name)
  }
  return [...wanted].sort()
}

interface Ran {
  readonly stdout: Buffer
  readonly stderr: string
}

const ran = (program: string, args: readonly string[], cwd?: string): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
    execFile(program, args, { cwd, env, encoding: 'buffer', maxBuffer: 1 << 29 }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.toString() || error.message)) : resolve({ stdout, stderr: stderr.toString() }),
    )
  })

const run = async (program: string, args: readonly string[], cwd?: string): Promise<Buffer> =>
  (await ran(program, args, cwd)).stdout

const text = async (program: string, args: readonly string[]): Promise<string> => (await run(program, args)).toString()

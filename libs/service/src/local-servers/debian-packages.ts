import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { aptComplaint } from '../apt-complaints.ts'

const run = promisify(execFile)

export interface DebianPackages {
  readonly names: readonly string[]
  /** A release such as `trixie` or `sid`; absent: the machine's own, together with what the packages depend on. */
  readonly release?: string
  /** Where the files of the packages go; made whole or not at all. */
  readonly into: string
}

/** Whether packages can be had at all. */
export const isDebian = async (): Promise<boolean> =>
  /^ID=debian$/m.test(await readFile('/etc/os-release', 'utf8').catch(() => ''))

/** The machine's own mirror of Debian's main archive: from the sources' text where that is plain, else from apt. */
const mirrorOf = async (): Promise<string | undefined> => {
  const directory = '/etc/apt/sources.list.d'
  const listed = (await readdir(directory).catch(() => [])).filter(name => /\.(list|sources)$/.test(name))
  for (const file of ['/etc/apt/sources.list', ...listed.map(name => join(directory, name))]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(\S+\/debian\/?)(?:\s|$)/m.exec(text)
    if (found?.[1]) return found[1]
  }
  const format = '$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)'
  const { stdout } = await run('apt-get', ['indextargets', '--format', format, 'Identifier: Packages'])
  const targets = stdout.split('\n').map(line => line.split(' '))
  return targets.find(
    ([, codename = '', component, origin]) => component === 'main' && origin === 'Debian' && !codename.includes('-'),
  )?.[0]
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Unpacks Debian packages into a directory without installing them: with lists and archives of its own, so that the system's
 * apt sources, lists and packages stay as they are. Works without being root. Left: one line that says why not.
 */
export const unpackDebianPackages = async ({ names, release, into }: DebianPackages): Promise<Either<string, void>> => {
  const work = await mkdtemp(join(tmpdir(), 'periplus-apt-'))
  let update = ''
  try {
    await rm(into, { recursive: true, force: true })
    await mkdir(dirname(into), { recursive: true })
    for (const directory of ['lists/partial', 'archives/partial', 'files'])
      await mkdir(join(work, directory), { recursive: true })
    const options = [
      ...['-q', '-o', 'Debug::NoLocking=true', '-o', 'APT::Sandbox::User=', '-o', `Dir::State::Lists=${work}/lists`],
      ...['-o', `Dir::Cache=${work}`, '-o', 'Acquire::Languages=none', '-o', 'APT::Update::Post-Invoke-Success=;'],
      ...['-o', 'Acquire::Retries=3'],
    ]
    if (release !== undefined) {
      const mirror = await mirrorOf()
      if (mirror === undefined) return E.left("the machine's apt sources name no Debian mirror")
      await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${release} main\n`)
      options.push('-o', `Dir::Etc::SourceList=${work}/sources.list`, '-o', 'Dir::Etc::SourceParts=/dev/null')
      // A mirror that stands still for a week is no reason not to start: Debian has signed what it lists, and who needs a newer program
      // looks at its version.
      options.push('-o', 'Acquire::Check-Valid-Until=false')
    }
    update = (await run('apt-get', [...options, 'update'])).stderr
    // From another release only the packages themselves: their libraries would be that release's too.
    if (release !== undefined) await run('apt-get', [...options, 'download', ...names], { cwd: join(work, 'archives') })
    else
      await run('apt-get', [
        ...[...options, '-y', '--no-install-recommends', '--download-only', '--reinstall', 'install'],
        ...names,
      ])
    const archives = (await readdir(join(work, 'archives'))).filter(name => name.endsWith('.deb'))
    for (const archive of archives) await run('dpkg-deb', ['-x', join(work, 'archives', archive), join(work, 'files')])
    await moveDirectory(join(work, 'files'), into)
    return E.right(undefined)
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    return E.left(aptComplaint(stderr || message, update))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** A copy beside the target and a rename; whoever else unpacked the same in the meantime has done our work. */
const moveDirectory = async (from: string, to: string): Promise<void> => {
  const beside = await mkdtemp(`${to}-`)
  try {
    await run('cp', ['-a', `${from}/.`, beside])
    await chmod(beside, 0o755)
    await rename(beside, to)
  } catch (error) {
    await rm(beside, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
  }
}

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Names that this busybox program answers to; it is asked itself, so no list here can age. */
export const busyboxApplets = async (program: Buffer): Promise<readonly string[]> => {
  const work = await mkdtemp(join(tmpdir(), 'periplus-busybox-'))
  try {
    const path = join(work, 'busybox')
    await writeFile(path, program, { mode: 0o755 })
    const listed = await new Promise<string>((resolve, reject) =>
      execFile(path, ['--list'], (error, stdout) => (error ? reject(error) : resolve(stdout))),
    )
    return listed.split('\n').filter(name => name !== '' && name !== 'busybox')
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

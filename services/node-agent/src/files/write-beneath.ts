import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path/posix'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nameOf, openBeneath } from '@periplus/runtime'

export interface NewFile {
  readonly data: Buffer | string
  /** Permission bits. */
  readonly mode: number
  readonly group?: number | undefined
}

const { O_CREAT: create, O_EXCL: butNew, O_NOFOLLOW: noLink, O_WRONLY: write } = constants
const directoryMode = 0o755

/** Makes a file below a directory, and the directories on the way; refused where there is one already, or where a link leads out. */
export const writeBeneath = async (home: string, path: string, file: NewFile): Promise<Either<string, void>> => {
  const parent = await openBeneath(home, dirname(path), { makeMissing: directoryMode })
  if (E.isLeft(parent)) return parent
  try {
    const made = await open(`${nameOf(parent.right)}/${basename(path)}`, create | butNew | noLink | write, 0o600)
    try {
      await made.writeFile(file.data)
      if (file.group !== undefined) await made.chown(process.geteuid?.() ?? 0, file.group)
      await made.chmod(file.mode)
    } finally {
      await made.close()
    }
    return E.right(undefined)
  } finally {
    await parent.right.close()
  }
}

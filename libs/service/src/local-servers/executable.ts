import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/** The first executable of this name on the PATH, or in the system directories that a user's PATH leaves out. */
export const findOnPath = async (name: string): Promise<string | undefined> => {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  for (const directory of directories) {
    const candidate = join(directory, name)
    if (directory !== '' && (await isExecutable(candidate))) return candidate
  }
  return undefined
}

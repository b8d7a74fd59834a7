import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' }

/** Whether there is a Go on the PATH. */
export const hasGo = (): boolean => spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0

/** Compiles a package of the module in `module` to the file `program`, unless that was made of the same sources. Left: what to tell a person. */
export const compiled = (module: string, path: string, program: string): Either<string, string> => {
  const own = path.startsWith('.') ? readdirSync(join(module, path)).filter(name => name.endsWith('.go')) : []
  const made = createHash('sha256').update(execFileSync('go', ['env', 'GOVERSION'], { cwd: module, env }))
  for (const source of ['go.sum', ...own.sort().map(name => join(path, name))])
    made.update(readFileSync(join(module, source)))
  const versions = made.digest('hex')
  const stamp = `${program}.stamp`
  if (existsSync(program) && existsSync(stamp) && readFileSync(stamp, 'utf8') === versions) return E.right(program)
  mkdirSync(join(program, '..'), { recursive: true })
  const built = spawnSync('nice', ['go', 'build', '-ldflags=-s -w', '-o', program, path], {
    ...{ cwd: module, env, stdio: 'inherit' },
  })
  if (built.status !== 0) return E.left(`${path} does not compile; see above`)
  writeFileSync(stamp, versions)
  return E.right(program)
}

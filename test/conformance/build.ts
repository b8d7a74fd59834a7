import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** The suite's module: what is compiled, and in which versions. */
const module = fileURLToPath(new URL('suite', import.meta.url))

/** Programs of the suite's module and of its images, by the names that they get. */
const programs: Readonly<Record<string, string>> = {
  ginkgo: 'github.com/onsi/ginkgo/v2/ginkgo',
  agnhost: 'k8s.io/kubernetes/test/images/agnhost',
  nonewprivs: 'k8s.io/kubernetes/test/images/nonewprivs',
  'regression-issue-74839': 'k8s.io/kubernetes/test/images/regression-issue-74839',
  'resource-consumer': 'k8s.io/kubernetes/test/images/resource-consumer',
  'consume-cpu': 'k8s.io/kubernetes/test/images/resource-consumer/consume-cpu',
  'sample-apiserver': 'k8s.io/sample-apiserver',
}

export interface BuiltSuite {
  /** The suite as one program. */
  readonly suite: string
  /** The path of one of `programs`. */
  program(name: string): string
  /** A file below `test/images` of Kubernetes' module. */
  imageFile(path: string): Buffer
  /** Changes when anything that was compiled does. */
  readonly stamp: string
}

const oldest = [1, 25] as const

/** What `go env GOVERSION` says (`go1.26.8`), if that is new enough. */
export const goVersion = (said: string | undefined): Either<string, string> => {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(said ?? '') ?? []
  const wanted = `go ${oldest.join('.')} or newer is needed to compile Kubernetes' suite`
  if (major === undefined || minor === undefined) return E.left(`${wanted}, and there is none on the PATH`)
  const newEnough = Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1])
  return newEnough ? E.right(`${major}.${minor}`) : E.left(`${wanted}; this one is ${said}`)
}

const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' }

const ask = (...args: string[]): string | undefined => {
  try {
    return execFileSync('go', args, { cwd: module, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

/** Compiles what isn't compiled yet into `directory`. The refusal is one line for a person. */
export const buildSuite = (directory: string, say: (line: string) => void): Either<string, BuiltSuite> => {
  const version = goVersion(ask('env', 'GOVERSION'))
  if (E.isLeft(version)) return version
  const sources = readdirSync(module).sort()
  const stamp = sources
    .reduce((hash, name) => hash.update(readFileSync(join(module, name))), createHash('sha256').update(version.right))
    .digest('hex')
  const suite = join(directory, 'e2e.test')
  if (readStamp(directory) !== stamp) {
    say("compiling Kubernetes' suite: 15 to 20 minutes on two cores, once")
    mkdirSync(directory, { recursive: true })
    const compiled = [
      ['test', '-c', '-vet=off', '-ldflags=-s -w', '-o', suite, '.'],
      ...Object.entries(programs).map(([name, path]) => ['build', '-ldflags=-s -w', '-o', join(directory, name), path]),
    ].every(args => spawnSync('nice', ['go', ...args], { cwd: module, env, stdio: 'inherit' }).status === 0)
    if (!compiled) return E.left('the suite did not compile; see above')
    writeFileSync(join(directory, 'stamp'), stamp)
  }
  const kubernetes = ask('mod', 'download', '-json', 'k8s.io/kubernetes')
  if (kubernetes === undefined) return E.left("the sources of Kubernetes' images cannot be had from the module proxy")
  const { Dir } = JSON.parse(kubernetes) as { readonly Dir: string }
  return E.right({
    suite,
    program: name => join(directory, name),
    imageFile: path => readFileSync(join(Dir, 'test/images', path)),
    stamp,
  })
}

const readStamp = (directory: string): string | undefined => {
  try {
    return readFileSync(join(directory, 'stamp'), 'utf8')
  } catch {
    return undefined
  }
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shippedFile } from '@periplus/service'

/** `group:artifact:version`. */
export type Artifact = `${string}:${string}:${string}`

/** Less than it takes by itself, and ready sooner. */
export const frugalJava = ['-Xms64m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** Where the servers of tests are kept. */
export const tools = (): string =>
  join(process.env['PERIPLUS_HOME'] ?? join(shippedFile('package-lock.json'), '../.periplus'), 'tools')

/** Runs a program to its end; its output. */
export const run = (command: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) =>
    execFile(command, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${command}: ${stderr || stdout || error.message}`)) : resolve(stdout),
    ),
  )

const dependency = (artifact: Artifact): string => {
  const [group, name, version] = artifact.split(':')
  return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
}

/** A server's jars from Maven Central, with `mvn`, unpacked beside the other servers: the directory that they are in. */
export const ensureJars = async (name: string, artifacts: readonly Artifact[]): Promise<string> => {
  const into = join(tools(), name)
  if (existsSync(into)) return into
  process.stderr.write(`installing ${name} from Maven Central into ${into}\n`)
  await mkdir(tools(), { recursive: true })
  const work = await mkdtemp(join(tools(), `${name}-`))
  const pom = join(work, 'pom.xml')
  const dependencies = artifacts.map(dependency).join('')
  await writeFile(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>io.periplus</groupId><artifactId>jars</artifactId><version>1</version><dependencies>${dependencies}</dependencies></project>`,
  )
  await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'jars')}`])
  await rename(join(work, 'jars'), into)
  await rm(work, { recursive: true })
  return into
}

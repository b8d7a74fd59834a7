import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { shippedFile } from '@periplus/service'
import { exampleConsumer } from './example-consumer.ts'

const run = promisify(execFile)
const natsPy = 'nats-py==2.16.0'

describe('consumers in other languages', () => {
  let directory: string
  before(async () => (directory = await mkdtemp(join(tmpdir(), 'periplus-consumers-'))))
  after(() => rm(directory, { recursive: true, force: true }))

  exampleConsumer('Python', async () => {
    const environment = join(directory, 'python')
    await run('python3', ['-m', 'venv', environment])
    await run(join(environment, 'bin', 'pip'), ['install', '--quiet', natsPy])
    return [join(environment, 'bin', 'python'), shippedFile('deploy/consumers/python/deployments.py')]
  })

  exampleConsumer('Go', async () => {
    const program = join(directory, 'deployments')
    await run('go', ['build', '-o', program, '.'], { cwd: join(shippedFile('deploy/consumers/go/go.mod'), '..') })
    return [program]
  })
})

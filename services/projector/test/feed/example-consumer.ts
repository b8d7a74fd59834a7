import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { feedStream, subjectsOf } from '@periplus/log'
import { feedDomain } from '@periplus/service'
import { feedWorld } from './world.ts'
import type { FeedWorld } from './world.ts'
import { right } from './right.ts'

/** How one of `deploy/consumers` is run, before what it is told. */
export type Command = readonly [program: string, ...args: readonly string[]]

interface Table {
  readonly place: number
  readonly events: number
  readonly deployments: Readonly<Record<string, { readonly replicas: number; readonly ready: number }>>
}

const deployments = { group: 'apps', resource: 'deployments', namespaced: true }

/** What each of the consumers in `deploy/consumers` does. */
export const exampleConsumer = (name: string, command: () => Promise<Command>): void => {
  describe(`the consumer in ${name}`, function () {
    this.timeout(300_000)
    let world: FeedWorld
    let program: Command
    let directory: string
    let credentials: string
    let file: string
    before(async () => {
      program = await command()
      directory = mkdtempSync(join(tmpdir(), 'periplus-consumer-'))
      credentials = join(directory, 'credentials.json')
      file = join(directory, 'table.json')
      world = await feedWorld()
      const subjects = right(subjectsOf({ only: [deployments] }))
      const reader = { name: 'table', password: 'of-table', subjects }
      await world.letIn([reader])
      const servers = `nats://127.0.0.1:${world.server.server.port}`
      const { name: user, password } = reader
      const told = { servers, user, password, stream: feedStream, consumer: user, domain: feedDomain, subjects }
      writeFileSync(credentials, JSON.stringify(told))
    })
    after(async () => {
      await world.close()
      rmSync(directory, { recursive: true, force: true })
    })

    /** Runs until it is ended; rejects `ended` where it ends by itself. */
    const run = () => {
      const [path, ...args] = program
      const child = spawn(path, [...args, credentials, file], { stdio: ['ignore', 'ignore', 'pipe'] })
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      let told = false
      const ended = once(child, 'exit').then(() => assert.ok(told, said))
      return {
        ended,
        kill: async () => {
          told = true
          child.kill('SIGKILL')
          await ended
        },
      }
    }
    const table = (): Table | undefined => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as Table
      } catch {
        return undefined
      }
    }
    /** When the file says so, or the consumer has ended. */
    const until = async (ended: Promise<void>, holds: (table: Table) => boolean): Promise<void> => {
      const stop = new AbortController()
      const found = new Promise<void>(resolve => {
        const look = (): void => {
          const now = table()
          if (now && holds(now)) resolve()
        }
        watch(directory, { signal: stop.signal }, look)
        look()
      })
      await Promise.race([found, ended])
      stop.abort()
    }
    const scaled = (name: string, replicas: number) => ({
      body: Buffer.from(
        JSON.stringify({
          ...{ kind: 'Deployment', metadata: { name, namespace: 'shop', uid: `deployments-${name}` } },
          ...{ spec: { replicas }, status: { readyReplicas: replicas - 1 } },
        }),
      ),
    })

    it('keeps its table over kills, and neither loses nor doubles an event', async () => {
      const writing = world.writer()
      let appended = 0
      for (let life = 0; life < 4; life++) {
        const { ended, kill } = run()
        for (let i = 0; i < 100; i++) {
          await world.append('deployments', `web-${i % 10}`, scaled(`web-${i % 10}`, life * 100 + i + 1))
          await world.append('pods', `pod-${life}-${i}`)
          appended++
        }
        // In the midst of what it is given.
        await until(ended, ({ events }) => events > life * 100)
        await kill()
      }
      await world.append('deployments', 'web-9', { ...scaled('web-9', 1), type: 'deleted' })
      appended++
      const { ended, kill } = run()
      await until(ended, ({ events }) => events >= appended)
      await kill()
      await writing.stop()
      const { events, deployments } = table() ?? assert.fail('no table')
      assert.equal(events, appended)
      const living = Array.from({ length: 9 }, (_, i) => [`shop/web-${i}`, 390 + i + 1] as const)
      assert.deepEqual(
        deployments,
        Object.fromEntries(living.map(([key, replicas]) => [key, { replicas, ready: replicas - 1 }])),
      )
    })

    it('begins anew where something was gone before it was read', async () => {
      const before = table() ?? assert.fail('no table')
      const writing = world.writer(128 * 1024)
      await world.append('deployments', 'web-0', { ...scaled('web-0', 1), type: 'deleted' })
      let last = 0
      const filling = 'x'.repeat(4 * 1024)
      for (let i = 0; i < 200; i++)
        last = await world.append('configmaps', 'hot', {
          body: Buffer.from(JSON.stringify({ metadata: { name: 'hot', uid: 'configmaps-hot' }, filling })),
        })
      await world.written(last)
      await writing.stop()
      const { ended, kill } = run()
      await until(ended, ({ place, deployments }) => place > before.place && !('shop/web-0' in deployments))
      await until(ended, ({ deployments }) => Object.keys(deployments).length === 8)
      await kill()
      const { ['shop/web-0']: _, ...others } = before.deployments
      assert.deepEqual(table()?.deployments, others)
    })
  })
}

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../e2e/cluster.ts'
import { until } from '../faults/until.ts'
import type { Machine } from './machines.ts'

export interface Question {
  readonly number: number
  readonly tag: 'Acknowledged' | 'StopLoad' | 'Audit'
}

interface Answer {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** A process on a machine that writes to the API server there, and watches it. */
export interface Observer {
  /** More writes are acknowledged than were before. */
  goesOn(when: string): Promise<unknown>
  /** Ends the load. Rejects where an answer was wrong that no fault excuses. */
  stopLoad(): Promise<void>
  /** Rejects where something acknowledged is lost, or the history of the log or of the watcher is not what it should be. */
  audit(): Promise<void>
  end(): Promise<void>
}

const enough = 20
const patience = 90_000

/** `suffix` keeps what it writes apart from what others wrote there. */
export const startObserver = async (machine: Machine, suffix = ''): Promise<Observer> => {
  const { name: cluster } = JSON.parse(readFileSync(join(machine.home, 'cluster.json'), 'utf8')) as { name: string }
  const [command = '', ...args] = [
    ...[...machine.within, process.execPath, '--import', 'tsx', join(root, 'test/hosts/observer-main.ts')],
    ...[machine.home, cluster, `${machine.name}${suffix}`],
  ]
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<number, (answer: Answer) => void>()
  let number = 0
  const started = new Promise<Answer>(resolve => waiting.set(0, resolve))
  child.on('message', (answer: Answer) => {
    waiting.get(answer.number)?.(answer)
    waiting.delete(answer.number)
  })
  child.once('exit', code => {
    for (const [asked, tell] of waiting) tell({ number: asked, error: `the observer ended with ${code}` })
  })
  const ask = async (tag: Question['tag']): Promise<unknown> => {
    if (!child.connected) throw new Error(`the observer on ${machine.name} has ended`)
    const asked = ++number
    const answered = new Promise<Answer>(resolve => waiting.set(asked, resolve))
    child.send({ number: asked, tag })
    const { value, error } = await answered
    if (error !== undefined) throw new Error(`on ${machine.name}: ${error}`)
    return value
  }
  const acknowledged = async (): Promise<number> => Number(await ask('Acknowledged'))
  const { error } = await started
  if (error !== undefined) throw new Error(error)
  return {
    goesOn: async when => {
      const before = await acknowledged()
      const what = `writes are acknowledged on ${machine.name} ${when}`
      return until(what, async () => (await acknowledged()) > before + enough, patience)
    },
    stopLoad: async () => assert.deepEqual(await ask('StopLoad'), []),
    audit: async () => void (await ask('Audit')),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

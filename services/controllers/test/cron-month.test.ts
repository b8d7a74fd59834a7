import assert from 'node:assert/strict'
import { formatTime } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import { noFaults, simulate } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { CronJob, Job, Namespace } from '@periplus/kinds'
import { cronJobController } from '../src/index.ts'
import { condition } from './jobs.ts'

const start = Date.UTC(2026, 2, 1)
const days = 31

/** Every job succeeds at once. */
const succeeding: Controller = {
  name: 'succeeding',
  version: 1,
  primary: Job,
  watches: [],
  decide: (cut, key, { now }) => {
    const job = cut.get(Job, key.namespace, key.name)
    if (!job || job.status?.completionTime) return { commands: [], why: 'nothing to do' }
    const time = formatTime(now)
    const conditions = ['SuccessCriteriaMet', 'Complete'].map(type => ({
      ...condition(type, 'Done', 'Done'),
      lastTransitionTime: time,
    }))
    const status = { startTime: time, completionTime: time, succeeded: 1, conditions }
    return {
      commands: [{ verb: 'update', kind: Job, subresource: 'status', object: Object.assign({}, job, { status }) }],
      why: 'done',
    }
  },
}

const monthOf = async (schedules: Readonly<Record<string, object>>) => {
  const simulation = simulate({
    seed: 1,
    faults: noFaults,
    start,
    processes: [[cronJobController], [succeeding]],
    commandsOf: (cut, log, clock, random) =>
      createCommands({ cut, log, kindsAt, admission: [], clock, newId: () => `id-${random().toString(36).slice(2)}` }),
  })
  await simulation.user({ verb: 'create', kind: Namespace, object: { metadata: { name: 'default' } } })
  for (const [name, spec] of Object.entries(schedules))
    await simulation.user({
      verb: 'create',
      kind: CronJob,
      object: Object.assign(
        { metadata: { name, namespace: 'default' } },
        {
          spec: {
            ...spec,
            jobTemplate: {
              spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'a' }] } } },
            },
          },
        },
      ),
    })
  await simulation.run(days * 86_400_000 - 1)
  return simulation
}

describe('a month of cron jobs', () => {
  it('has a job for every time, and keeps the last three', async function () {
    this.timeout(60_000)
    const simulation = await monthOf({
      often: { schedule: '0 */4 * * *' },
      daily: { schedule: '30 2 * * *', timeZone: 'Europe/Berlin' },
      mondays: { schedule: '0 9 * * mon' },
      held: { schedule: '* * * * *', suspend: true },
    })
    const made = new Map<string, number>()
    for (const { ref, type } of simulation.log.slice(1))
      if (ref.resource === 'jobs' && type === 'created') {
        const name = ref.name.slice(0, ref.name.lastIndexOf('-'))
        made.set(name, (made.get(name) ?? 0) + 1)
      }
    // The clocks of Berlin leap over half past two on the 29th; the first midnight is before the cron job was made.
    assert.deepEqual(Object.fromEntries(made), { often: days * 6 - 1, daily: days - 1, mondays: 5 })
    const kept = simulation.cut.list(Job, 'default').map(({ metadata }) => metadata.name)
    assert.deepEqual(
      kept.filter(name => name.startsWith('mondays')),
      [16, 23, 30].map(day => `mondays-${Date.UTC(2026, 2, day, 9) / 60_000}`),
    )
    assert.equal(kept.length, 9)
  })
})

import { homeOf, settings } from '@periplus/cluster'
import { openBus } from '@periplus/cluster/roles'
import { jetStreamEventLog } from '@periplus/log'
import type { RecordedEvent } from '@periplus/log'
import { readSettings } from '@periplus/service'
import { apiClient } from '../faults/api-client.ts'
import { assertKept, assertServed, assertSound, assertTold } from '../faults/audit.ts'
import { startLoad } from '../faults/load.ts'
import { eventsIn, right } from '../faults/log-of.ts'
import { startWatcher } from '../faults/watcher.ts'
import type { Question } from './observer.ts'

/** What `observer.ts` starts on a machine: it writes to the API server there and watches it, until it is asked what came of that. */
const [directory = '', cluster = '', name = ''] = process.argv.slice(2)
const home = homeOf(directory)
const api = apiClient(directory)
const watcher = await startWatcher(api, '/api/v1/namespaces/default/configmaps')
const load = startLoad(api, name)

const readLog = async (): Promise<readonly RecordedEvent[]> => {
  const read = readSettings(settings, { PERIPLUS_HOME: directory })
  const bus = await openBus(home, right(read), `observer-${name}`, 'control-plane')
  try {
    return await eventsIn(right(await jetStreamEventLog(bus, { cluster })))
  } finally {
    await bus.close()
  }
}

const audit = async (): Promise<void> => {
  const events = await readLog()
  assertSound(events)
  assertKept(events, load.acknowledged)
  await assertServed(events, api)
  await assertTold(events, watcher)
}

const answer = async ({ tag }: Question): Promise<unknown> => {
  switch (tag) {
    case 'Acknowledged':
      return load.acknowledged.length
    case 'StopLoad':
      await load.stop()
      return load.wrong
    case 'Audit':
      return audit()
  }
}

process.on('message', (question: Question) => {
  void answer(question).then(
    value => process.send?.({ number: question.number, value }),
    (error: unknown) => process.send?.({ number: question.number, error: String(error).slice(0, 4000) }),
  )
})
process.send?.({ number: 0 })

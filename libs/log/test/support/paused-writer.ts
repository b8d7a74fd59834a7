// A writer that believes that it may write, stands still at that moment, and goes on when it is told to. Prints what came of it.
import { connectBus } from '@periplus/bus'
import { eventOf, right } from '../../src/contract/events.ts'
import { jetStreamEventLog } from '../../src/index.ts'

const [servers = '', user = '', password = ''] = process.argv.slice(2)
const bus = right(await connectBus({ servers, user, password, name: 'paused' }))
const log = right(
  await jetStreamEventLog(bus, {
    cluster: 'test',
    stream: 'EVENTS',
    mayAppend: () => {
      process.kill(process.pid, 'SIGSTOP')
      return true
    },
  }),
)
const answer = await log.append(eventOf('late'))
console.log(answer._tag === 'Left' ? answer.left.tag : `at ${answer.right.sequence}`)
await bus.close()

// Compacts the tests' log, and is killed when it comes to a phase.
import { connectBus } from '@periplus/bus'
import { compactUpTo } from './compaction.ts'
import { right } from './history-on-nats.ts'

const [servers = '', user = '', password = '', upTo = '', archive = '', fatal = ''] = process.argv.slice(2)
const bus = right(await connectBus({ servers, user, password, name: 'killed' }))
const compacted = await compactUpTo(bus, Number(upTo), {
  archive,
  onPhase: phase => {
    if (phase === fatal) process.kill(process.pid, 'SIGKILL')
  },
})
console.log(JSON.stringify(compacted))
await bus.close()

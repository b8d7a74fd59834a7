import { E, systemClock } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Command, Commands } from '@periplus/commands'
import { runEffect } from '@periplus/controller'
import type { EffectState, RunningEffect } from '@periplus/controller'
import type { LiveCut } from '@periplus/projection'
import type { Logger, Metrics } from '@periplus/service'
import { routingTable } from './routes/routing-table.ts'
import type { RoutingTable } from './routes/routing-table.ts'
import type { Patience } from './serve/exchange.ts'
import { listeners } from './serve/listeners.ts'
import type { ListenAt, Listeners } from './serve/listeners.ts'
import { statusCommands, tellProblems } from './status/tell.ts'
import type { Reached, Told } from './status/tell.ts'

export interface IngressConfig {
  readonly cut: LiveCut
  readonly commands: Commands
  readonly at: ListenAt
  /** Where clients find it: what the status of each Ingress says. */
  readonly reachedAt: () => readonly string[]
  readonly logger: Logger
  readonly metrics: Metrics
  readonly onBug: (error: unknown) => void
  readonly clock?: Clock
  readonly patience?: Patience
}

export interface RunningIngress extends RunningEffect {
  readonly ports: Listeners['ports']
}

/** Serves the Ingresses of our class, as the newest cut wants them, and tells in them where, and what of them it cannot. */
export const start = (config: IngressConfig): RunningIngress => {
  const { cut, at, logger, metrics, onBug, clock = systemClock, patience } = config
  const answers = metrics.counter(
    'periplus_ingress_answers_total',
    'Answers to requests from outside, by class of their code.',
  )
  const serving = listeners({
    ...{ at, onBug, ...(patience === undefined ? {} : { patience }) },
    onAnswer: code => answers.add(1, { code: `${Math.floor(code / 100)}xx` }),
  })
  const tellIn = teller(config, clock)
  let namespaces: ReadonlySet<string> = new Set()
  const effect = runEffect<RoutingTable>(
    {
      name: 'ingress',
      wakes: ({ event: { ref } }) => {
        switch (ref.resource) {
          case 'ingresses':
          case 'ingressclasses':
            return true
          case 'services':
          case 'endpointslices':
          case 'secrets':
            return namespaces.has(ref.namespace)
          default:
            return false
        }
      },
      desired: moment => {
        const table = routingTable(moment)
        namespaces = new Set(table.ingresses.map(({ metadata }) => metadata.namespace ?? ''))
        return table
      },
      apply: async table => {
        serving.use(table)
        const opened = await serving.open()
        const told = await tellIn(table, opened)
        return E.isLeft(opened) ? opened : told
      },
    },
    { cut, clock, onBug, report: state => report(logger, state) },
  )
  return {
    name: effect.name,
    get state() {
      return effect.state
    },
    get ports() {
      return serving.ports
    },
    renew: () => effect.renew(),
    settled: () => effect.settled(),
    stop: async () => {
      await effect.stop()
      await serving.close()
    },
  }
}

/** Writes the statuses, and Events of what is wrong. Left: one line that says what was refused. */
const teller = ({ cut, commands, reachedAt }: IngressConfig, clock: Clock) => {
  let told: Told = new Set()
  const carryOut = async (command: Command): Promise<Either<string, number>> => {
    const origin = {
      actor: 'controller:ingress',
      component: 'ingress',
      causes: [],
      correlationId: `ingress.${clock.now()}`,
    }
    const done = await commands.execute(command, origin)
    if (E.isRight(done)) return E.right(done.right.sequence)
    // It went while we were at it.
    return done.left.tag === 'NotFound' ? E.right(0) : E.left(`a status is refused: ${done.left.tag}`)
  }
  return async (table: RoutingTable, opened: Either<string, void>): Promise<Either<string, void>> => {
    const reached: Reached = E.isLeft(opened) ? { addresses: [], why: opened.left } : { addresses: reachedAt() }
    const telling = tellProblems(cut, clock.now(), table, reached, told)
    told = telling.told
    const done = await Promise.all([...statusCommands(table, reached), ...telling.commands].map(carryOut))
    const sequences = done.flatMap(each => (E.isRight(each) ? [each.right] : []))
    await cut.reached(Math.max(0, ...sequences))
    return E.map(() => undefined)(done.find(E.isLeft) ?? E.right(0))
  }
}

const report = (log: Logger, state: EffectState): void => {
  if (state.tag === 'Failing')
    log.error('Ingresses are not served as they say', { reason: state.why, attempts: state.attempts })
  else log.info('Ingresses are served')
}

import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { E, seededRandom } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { longestWork, temporaryNats } from '@periplus/service'
import { guardedCluster } from '../../security/guarded-cluster.ts'
import { beginnings, plainObjects } from '../extreme/objects.ts'
import { collectionOf } from '../requests/keeper.ts'
import { explained } from '../requests/stalls.ts'
import type { Stall } from '../requests/stalls.ts'
import { drawCommand } from './commands.ts'

const node = 'node-a'
const atOnce = 16
const measureEvery = 100
const stallLimit = 50
const mostExplained = 10

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** What a node may write: its own Node and Lease, what it tells, measures and says of its pods. */
const isItsOwn = ({ resource, name }: { readonly resource: string; readonly name: string }): boolean =>
  ((resource === 'nodes' || resource === 'leases') && name === node) ||
  ['events', 'pods', 'podmetrics', 'nodemetrics', 'csinodes', 'certificatesigningrequests'].includes(resource)

/** How a question was answered; a bug is a complaint. */
const tagOf = (text: string, complain: (text: string) => void): string => {
  const answer = JSON.parse(text) as { answer?: unknown; failure?: string; refusal?: { tag?: string } }
  if (answer.failure === 'internal error') complain('a bug ended a command')
  return answer.answer !== undefined ? 'done' : (answer.refusal?.tag ?? 'not read')
}

export interface GatewayCampaign {
  readonly asked: number
  readonly answers: ReadonlyMap<string, number>
  readonly longestStall: number
  readonly stalls: readonly Stall[]
  readonly complaints: readonly string[]
}

/** Questions of a node's own NATS user until `mayGoOn` says no, those of `first` before those that are drawn. */
export const attackGateway = async (
  seed: number,
  mayGoOn: (asked: number) => boolean,
  first: readonly Buffer[] = [],
): Promise<GatewayCampaign> => {
  const subjects = nodeSubjects(node)
  const nats = await temporaryNats({ sync: 'interval', nodeSubjects: subjects.all })
  const cluster = await guardedCluster()
  const gateway: Bus = right(await connectBus({ ...nats.server, name: 'gateway' }))
  const { servers } = nats.server
  const evil: Bus = right(
    await connectBus({ servers, ...nats.server.users.node, name: 'node', inboxPrefix: subjects.inbox }),
  )
  const serving = cluster.serveNodes(gateway)
  for (const one of [...beginnings, ...plainObjects])
    await cluster.admin.ask(collectionOf(one), { method: 'POST', body: one })

  const random = seededRandom(seed)
  const answers = new Map<string, number>()
  const complaints = new Set<string>()
  const complain = (text: string): void => void complaints.add(text)
  const work = longestWork(5)
  const stalls: Stall[] = []
  const recent: Buffer[] = []
  const from = cluster.sequence()
  const waiting = [...first]
  let [asked, longestStall] = [0, 0]
  const ask = async (question: Buffer): Promise<void> => {
    const answered = await evil.request(subjects.commands, question, { timeoutMilliseconds: 30_000 })
    const tag = E.isLeft(answered) ? answered.left.tag : tagOf(Buffer.from(answered.right).toString(), complain)
    answers.set(tag, (answers.get(tag) ?? 0) + 1)
    if (tag === 'Unavailable' || tag === 'NoPeer') complain(`${tag} to ${question.toString('utf8', 0, 400)}`)
  }
  const round = async (): Promise<void> => {
    const questions = Array.from({ length: measureEvery }, () => waiting.shift() ?? drawCommand(random, node, asked++))
    recent.push(...questions)
    // Whoever draws them keeps the same loop.
    await new Promise(resolve => setTimeout(resolve, 10))
    work.take()
    const worker = async (): Promise<void> => {
      for (let one = questions.shift(); one; one = questions.shift()) await ask(one)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const milliseconds = work.take()
    longestStall = Math.max(longestStall, milliseconds)
    const suspects = recent.splice(0)
    if (milliseconds <= stallLimit || stalls.length >= mostExplained) return
    const stall = async (): Promise<number> => work.take()
    const shown = (question: Buffer): string => `${question.length} bytes: ${question.toString('utf8', 0, 500)}`
    stalls.push(await explained(milliseconds, suspects, { again: ask, stall, shown }))
  }
  while (mayGoOn(asked)) await round()

  for (const event of cluster.log.slice(from + 1))
    if (event.origin.actor === `node:${node}` && !isItsOwn(event.ref))
      complain(`it wrote ${event.ref.resource} ${event.ref.namespace}/${event.ref.name}`)
  await serving.stop()
  await evil.close()
  await gateway.close()
  await cluster.stop()
  await nats.dispose()
  cluster.errors.forEach(error => complain(error.slice(0, 1000)))
  work.stop()
  return { asked, answers, longestStall, stalls, complaints: [...complaints] }
}

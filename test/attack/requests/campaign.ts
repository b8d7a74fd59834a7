import { seededRandom } from '@periplus/prelude'
import { attackedServer } from './attacked.ts'
import type { AttackedServer } from './attacked.ts'
import { requestsOf } from './draw.ts'
import type { HostileRequest } from './draw.ts'
import { grows, growthOf } from './growth.ts'
import type { Growth, Weighed } from './growth.ts'
import { wrongAbout } from './judge.ts'
import { putBack } from './keeper.ts'
import { ledger } from './ledger.ts'
import { multiplexedSender } from './multiplexed.ts'
import { rawSender } from './raw-sender.ts'
import { sender } from './sender.ts'
import type { Credentials, Sender } from './sender.ts'
import { explained, shown } from './stalls.ts'
import type { Stall } from './stalls.ts'
import { listsIn, operationsIn } from './target.ts'

export interface Campaign {
  readonly requests: number
  readonly statuses: ReadonlyMap<number, number>
  /** Requests that were answered by a bug, or not at all, and what the server logged as errors; empty when all is well. */
  readonly complaints: readonly string[]
  /** The longest time that the server's event loop worked without a turn, in milliseconds of CPU. */
  readonly longestStall: number
  /** How often that was longer than `stallLimit`, and what was found of it. */
  readonly stalled: number
  readonly stalls: readonly Stall[]
  /** Milliseconds of CPU that a request took, of the server and of whoever asks. */
  readonly serverCpu: number
  readonly clientCpu: number
  /** Objects that were answered whole and compared with the log, and those of lists at the end. */
  readonly compared: number
  readonly listed: number
  /** Without the log. */
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
  readonly looks: readonly Weighed[]
  /** Paths of snapshots, where they are wanted. */
  readonly heaps: readonly string[]
  /** Of the heap with the requests; absent where there were too few to tell. */
  readonly growth?: Growth
}

const atOnce = 16
const measureEvery = 200
const putBackEvery = 2_500
const weighEvery = 2_500
const weighFrom = 10_000
const snapshotEvery = 20_000
/** Before that, what is bounded fills: code that is compiled, what was written last, the names that there are. */
const steadyFrom = 40_000
/** Milliseconds. */
const stallLimit = 50
/** Of a campaign: to send what was under way again costs as much as to go on. */
const mostExplained = 10
const mostComplaints = 200
const bobsShare = 0.25
const multiplexedShare = 0.15

/** What lasts as long as somebody listens is ended for free where it is one stream of many. */
const goesOn = /[?&]watch=|\/watch\/|follow=/

interface Senders {
  readonly admin: Sender
  of(request: HostileRequest, random: () => number): Sender
  close(): void
}

const sendersTo = ({ ready: { url, ca, admin, bob } }: AttackedServer): Senders => {
  const both = [admin, bob].map(identity => {
    const credentials: Credentials = { url, ca, ...identity }
    return { raw: rawSender(credentials), multiplexed: multiplexedSender(credentials) }
  })
  const [asAdmin, asBob] = both as [(typeof both)[0], (typeof both)[0]]
  return {
    admin: sender({ url, ca, ...admin }),
    of: ({ target }, random) => {
      const { raw, multiplexed } = random() < bobsShare ? asBob : asAdmin
      return goesOn.test(target) || random() < multiplexedShare ? multiplexed : raw
    },
    close: () => both.forEach(one => Object.values(one).forEach(({ close }) => close())),
  }
}

/** Requests drawn from `seed` on until `mayGoOn` says no, to paths that `only` matches, against an API server in a process of its own. */
export const attack = async (
  seed: number,
  mayGoOn: (sent: number) => boolean,
  only: RegExp = /^/,
): Promise<Campaign> => {
  const server = await attackedServer()
  const senders = sendersTo(server)
  await putBack(senders.admin)
  const document = await senders.admin.send({ method: 'GET', target: '/openapi/v2', headers: {}, body: undefined })
  const operations = operationsIn(JSON.parse(document.text) as Parameters<typeof operationsIn>[0])
  const random = seededRandom(seed)
  const draw = requestsOf(
    operations.filter(({ path }) => only.test(path)),
    random,
  )

  const statuses = new Map<number, number>()
  const complaints = new Set<string>()
  const stalls: Stall[] = []
  const recent: HostileRequest[] = []
  let [sent, longestStall, stalled] = [0, 0, 0]
  /** While it is looked into what took so long, nothing else is asked. */
  let quiet = Promise.resolve()
  const underWay = new Set<Promise<void>>()

  const complain = (text: string): void => {
    if (complaints.size < mostComplaints) complaints.add(text)
  }
  const book = ledger(complain, shown)
  const looks: Weighed[] = []
  const heaps: string[] = []
  const one = async (hostile: HostileRequest): Promise<void> => {
    const { 'audit-id': id } = hostile.headers
    try {
      const heard = await senders.of(hostile, random).send(hostile)
      if (id?.startsWith(ours) && !heard.again) book.answered(id, hostile, heard)
      statuses.set(heard.status, (statuses.get(heard.status) ?? 0) + 1)
      const wrong = wrongAbout(hostile, heard)
      if (wrong !== undefined) complain(`${wrong}: ${heard.status} ${heard.text.slice(0, 400)} to ${shown(hostile)}`)
    } catch (error) {
      complain(`${String(error)} to ${shown(hostile)}`)
    }
  }
  const balance = async (): Promise<void> => {
    const due = book.due()
    book.check(due, await server.written())
  }
  const weigh = async (): Promise<void> => {
    await Promise.all(underWay)
    await balance()
    const { heapBytes } = await server.state()
    looks.push({ requests: sent, heapBytes, stateBytes: book.state().bytes })
    if (process.env['HEAP'] !== undefined && looks.length % (snapshotEvery / weighEvery) === 0)
      heaps.push(await server.heap())
    await server.stall()
  }
  const measure = async (): Promise<void> => {
    const suspects = recent.splice(0)
    const milliseconds = await server.stall()
    await balance()
    longestStall = Math.max(longestStall, milliseconds)
    if (milliseconds <= stallLimit) return
    stalled++
    if (stalls.length >= mostExplained) return
    await Promise.all(underWay)
    // Not as the request that it was: that one's answer is held against what is written in its name.
    const again = (hostile: HostileRequest): Promise<unknown> => {
      const { 'audit-id': _, ...headers } = hostile.headers
      return senders
        .of(hostile, random)
        .send({ ...hostile, headers })
        .catch(String)
    }
    stalls.push(await explained(milliseconds, suspects, { again, stall: server.stall, shown }))
  }
  const complainOf = (error: unknown): void => complain(String(error))
  const worker = async (): Promise<void> => {
    while (server.died() === undefined && mayGoOn(sent)) {
      await quiet
      const hostile = identified(draw(), sent++)
      recent.push(hostile)
      const sending = one(hostile)
      underWay.add(sending)
      if (sent % measureEvery === 0) quiet = quiet.then(measure).catch(complainOf)
      if (sent % weighEvery === 0 && sent >= weighFrom) quiet = quiet.then(weigh).catch(complainOf)
      if (sent % putBackEvery === 0) await putBack(senders.admin).catch(complainOf)
      await sending
      underWay.delete(sending)
    }
  }
  await server.stall()
  const before = await server.state()
  const clientBefore = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, worker))
  await quiet
  const used = process.cpuUsage(clientBefore)
  const after = server.died() === undefined ? await server.state() : undefined
  let listed = 0
  if (after)
    for (const path of listsIn(operations)) {
      const { text } = await senders.admin.send({ method: 'GET', target: path, headers: {}, body: undefined })
      await balance()
      listed += book.compareList(path, JSON.parse(text) as Readonly<Record<string, unknown>>)
    }
  const growth = growthOf(looks.filter(({ requests }) => requests >= steadyFrom))
  if (growth && grows(growth)) complain(`the heap grows by ${growth.perRequest.toFixed(0)} bytes with each request`)
  const end = server.died()
  if (end !== undefined) complain(end)
  after?.errors.forEach(complain)
  senders.close()
  senders.admin.close()
  await server.end()
  return {
    requests: sent,
    statuses,
    complaints: [...complaints],
    longestStall,
    stalled,
    stalls,
    serverCpu: ((after?.cpu ?? 0) - before.cpu) / Math.max(1, sent),
    clientCpu: (used.user + used.system) / 1000 / Math.max(1, sent),
    compared: book.compared(),
    listed,
    heapBytesBefore: before.heapBytes,
    heapBytesAfter: after?.heapBytes ?? 0,
    ...{ looks, heaps },
    ...(growth ? { growth } : {}),
  }
}

/** How ids begin that no other request has. */
const ours = 'attack-'

/** With an id that its events carry, but where it says one itself. */
const identified = (hostile: HostileRequest, at: number): HostileRequest =>
  'audit-id' in hostile.headers ? hostile : { ...hostile, headers: { ...hostile.headers, 'audit-id': `${ours}${at}` } }

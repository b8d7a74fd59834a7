import { seededRandom } from '@periplus/prelude'
import { attackedServer } from './attacked.ts'
import type { AttackedServer } from './attacked.ts'
import { requestsOf } from './draw.ts'
import type { HostileRequest } from './draw.ts'
import { wrongAbout } from './judge.ts'
import { putBack } from './keeper.ts'
import { multiplexedSender } from './multiplexed.ts'
import { rawSender } from './raw-sender.ts'
import { sender } from './sender.ts'
import type { Credentials, Sender } from './sender.ts'
import { explained, shown } from './stalls.ts'
import type { Stall } from './stalls.ts'
import { operationsIn } from './target.ts'

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
  /** Without the log. */
  readonly heapBytesBefore: number
  readonly heapBytesAfter: number
}

const atOnce = 16
const measureEvery = 200
const putBackEvery = 2_500
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

/** Requests drawn from `seed` on until `mayGoOn` says no, against an API server in a process of its own. */
export const attack = async (seed: number, mayGoOn: (sent: number) => boolean): Promise<Campaign> => {
  const server = await attackedServer()
  const senders = sendersTo(server)
  await putBack(senders.admin)
  const document = await senders.admin.send({ method: 'GET', target: '/openapi/v2', headers: {}, body: undefined })
  const operations = operationsIn(JSON.parse(document.text) as Parameters<typeof operationsIn>[0])
  const random = seededRandom(seed)
  const draw = requestsOf(operations, random)

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
  const one = async (hostile: HostileRequest): Promise<void> => {
    try {
      const heard = await senders.of(hostile, random).send(hostile)
      statuses.set(heard.status, (statuses.get(heard.status) ?? 0) + 1)
      const wrong = wrongAbout(hostile, heard)
      if (wrong !== undefined) complain(`${wrong}: ${heard.status} ${heard.text.slice(0, 400)} to ${shown(hostile)}`)
    } catch (error) {
      complain(`${String(error)} to ${shown(hostile)}`)
    }
  }
  const measure = async (): Promise<void> => {
    const suspects = recent.splice(0)
    const milliseconds = await server.stall()
    longestStall = Math.max(longestStall, milliseconds)
    if (milliseconds <= stallLimit) return
    stalled++
    if (stalls.length >= mostExplained) return
    await Promise.all(underWay)
    const again = (hostile: HostileRequest): Promise<unknown> => senders.of(hostile, random).send(hostile).catch(String)
    stalls.push(await explained(milliseconds, suspects, { again, stall: server.stall, shown }))
  }
  const worker = async (): Promise<void> => {
    while (server.died() === undefined && mayGoOn(sent)) {
      await quiet
      const hostile = draw()
      sent++
      recent.push(hostile)
      const sending = one(hostile)
      underWay.add(sending)
      if (sent % measureEvery === 0) quiet = quiet.then(measure).catch(complainOf)
      if (sent % putBackEvery === 0) await putBack(senders.admin).catch(complainOf)
      await sending
      underWay.delete(sending)
    }
  }
  const complainOf = (error: unknown): void => complain(String(error))

  await server.stall()
  const before = await server.state(false)
  const clientBefore = process.cpuUsage()
  await Promise.all(Array.from({ length: atOnce }, worker))
  await quiet
  const after = server.died() === undefined ? await server.state(true) : undefined
  const used = process.cpuUsage(clientBefore)
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
    heapBytesBefore: before.heapBytes,
    heapBytesAfter: after?.heapBytes ?? 0,
  }
}

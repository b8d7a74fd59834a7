import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { compareCopies, everyKind, verifyArchive, verifyLog } from '@periplus/log'
import type { CopyFinding, Counts, EventLog, Finding } from '@periplus/log'
import { compareProjection, redisProjection } from '@periplus/projection'
import { CannotGoOn, clusterOf, readNatsServers } from '@periplus/cluster'
import { giveCopy, openArchive, redisConnection, renewCopy, replicas } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { withLog } from '../past/log-past.ts'

const findingLine = ({ sequence, subject, object, wrong }: Finding): string =>
  `${sequence} ${object ?? subject.slice(0, 512)}: ${wrong}`

const countLines = ({ messages, events, digests, foreign, replaced, missing, last }: Counts): readonly string[] => [
  `${messages} messages up to ${last}: ${events} events, ${digests} with a digest; ${foreign} that never were events`,
  `${missing} sequences are not there; ${replaced} of them were replaced by later events of their object`,
]

/** Whether Redis is known to be what the log makes; another log's, or one that is behind, is compared where it stands. */
const compared = async ({ home, settings, say }: Context, log: EventLog): Promise<boolean> => {
  // Redis is the first host's.
  if (clusterOf(home).joined) return true
  const projection = redisProjection({ url: redisConnection(home, settings.redisUrl) })
  const comparison = await compareProjection(log, projection)
  await projection.close()
  switch (comparison.tag) {
    case 'Same':
      say(`Redis is what the log makes up to ${comparison.applied}`)
      return true
    case 'Different':
      say(`Redis at ${comparison.applied} is not what the log makes: flush it, and it is built anew`)
      return false
    case 'Unknown':
      say(`Redis was not compared: ${comparison.message}`)
      return false
  }
}

/** Whether nothing is wrong with what has left the log. */
const archived = async ({ home, settings, say }: Context, bus: Bus): Promise<boolean> => {
  const archive = openArchive(home, settings)
  if (!archive) return true
  const report = await verifyArchive(bus, archive)
  if (E.isLeft(report)) throw new CannotGoOn(`the archive cannot be read: ${report.left.message}`)
  const { segments, messages, from, dropped, horizons, findings } = report.right
  for (const finding of findings) say(`archive: ${finding}`)
  for (const [kind, first] of Object.entries(horizons))
    say(`the past of ${kind === everyKind ? 'all kinds' : kind} can be read from ${first} on`)
  for (const { kind, parts, messages: gone } of dropped)
    say(
      `${parts} parts of the archive, with ${gone} messages of ${kind === everyKind ? 'other kinds' : kind}, went with what was before`,
    )
  if (segments > 0) say(`the archive has ${messages} messages in ${segments} segments, without a gap from ${from} on`)
  return findings.length === 0
}

const wrongs: Readonly<Record<CopyFinding['wrong'], string>> = {
  Missing: 'not there',
  Different: 'not as the others have it',
  Alone: 'there alone',
}

const copyLine = ({ server, from, to, subject, wrong }: CopyFinding): string =>
  `${server}: ${from === to ? from : `${from} to ${to}`} ${subject.slice(0, 512)}: ${wrongs[wrong]}`

/** What is wrong with how the log is kept. */
interface Kept {
  /** Servers whose copies are not as those of most. */
  readonly differing: readonly string[]
  /** Fewer servers keep it than are to: a repair was broken off. */
  readonly isShort: boolean
}

const keptBy = async ({ home, say }: Context, bus: Bus): Promise<Kept> => {
  const report = await compareCopies(bus)
  if (E.isLeft(report)) throw new CannotGoOn(`the copies of the log cannot be compared: ${report.left.message}`)
  const { servers, upTo, findings } = report.right
  for (const finding of findings) say(copyLine(finding))
  const names = servers.toSorted().join(', ')
  if (servers.length > 1 && findings.length === 0) say(`${names} have the same up to ${upTo}`)
  const isShort = readNatsServers(home)?.replicated === true && servers.length < replicas
  if (isShort) say(`the log is kept by ${names} alone, of ${replicas}: 'periplus verify --repair' gives it to another`)
  return { differing: [...new Set(findings.map(({ server }) => server))], isShort }
}

/** Whether no copy is wrong any more. */
const repaired = async (context: Context, { differing, isShort }: Kept, repair: boolean): Promise<boolean> => {
  const { home, settings, say } = context
  const { nodeName } = clusterOf(home)
  for (const server of differing)
    if (!repair || server !== nodeName)
      say(`on ${server}, 'periplus verify --repair' has its copy made anew from the others`)
  if (!repair || (!isShort && !differing.includes(nodeName))) return differing.length === 0 && !isShort
  if (differing.length > (isShort ? 0 : 1))
    throw new CannotGoOn(`${differing.join(', ')} differ, so that it is not known who is right`)
  if (isShort) await giveCopy(home, 'OBJECTS')
  else await renewCopy(home, settings, 'OBJECTS')
  let after: Kept | undefined
  await withLog(context, async (_, bus) => void (after = await keptBy(context, bus)))
  if (!after || after.isShort || after.differing.length > 0) return false
  say(isShort ? `${replicas} servers keep the log again` : `the copy of ${nodeName} was made anew from the others`)
  return true
}

/** Exit code 1 where anything is wrong. `repair`: with this host's copy of the log, where others have a whole one. */
export const verify = async (context: Context, { repair = false }: { readonly repair?: boolean }): Promise<void> => {
  let kept: Kept = { differing: [], isShort: false }
  await withLog(context, async (log, bus) => {
    const report = await verifyLog(bus, 'OBJECTS', finding => context.say(findingLine(finding)))
    if (E.isLeft(report)) throw new CannotGoOn(`the log cannot be read: ${report.left.message}`)
    const { counts, findings } = report.right
    for (const line of countLines(counts)) context.say(line)
    kept = await keptBy(context, bus)
    const isSame = await compared(context, log)
    const isWhole = await archived(context, bus)
    context.say(findings.length === 0 ? 'nothing is wrong with the log' : `findings in the log: ${findings.length}`)
    if (findings.length > 0 || !isSame || !isWhole) process.exitCode = 1
  })
  if (!(await repaired(context, kept, repair))) process.exitCode = 1
}

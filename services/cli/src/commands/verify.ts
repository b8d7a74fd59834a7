import { E } from '@periplus/prelude'
import type { Bus } from '@periplus/bus'
import { verifyArchive, verifyLog } from '@periplus/log'
import type { Counts, EventLog, Finding } from '@periplus/log'
import { compareProjection, redisProjection } from '@periplus/projection'
import { CannotGoOn } from '@periplus/cluster'
import { openArchive, redisConnection } from '@periplus/cluster/roles'
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
  const { segments, messages, from, findings } = report.right
  for (const finding of findings) say(`archive: ${finding}`)
  if (segments > 0) say(`the archive has ${messages} messages in ${segments} segments, without a gap from ${from} on`)
  return findings.length === 0
}

/** Exit code 1 where anything is wrong. */
export const verify = (context: Context): Promise<void> =>
  withLog(context, async (log, bus) => {
    const report = await verifyLog(bus, 'OBJECTS', finding => context.say(findingLine(finding)))
    if (E.isLeft(report)) throw new CannotGoOn(`the log cannot be read: ${report.left.message}`)
    const { counts, findings } = report.right
    for (const line of countLines(counts)) context.say(line)
    const isSame = await compared(context, log)
    const isWhole = await archived(context, bus)
    context.say(findings.length === 0 ? 'nothing is wrong with the log' : `findings in the log: ${findings.length}`)
    if (findings.length > 0 || !isSame || !isWhole) process.exitCode = 1
  })

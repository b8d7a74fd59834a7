import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { OutputPart } from '@periplus/service'

/** The units of systemd of which the machine's journal has something; none where it keeps no journal. */
export const unitsInJournal = (): Promise<readonly string[]> =>
  new Promise(resolve =>
    execFile('journalctl', ['--quiet', '--field=_SYSTEMD_UNIT'], (error, units) =>
      resolve(error ? [] : units.split('\n').filter(unit => unit !== '')),
    ),
  )

async function* journalctl(words: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  const asked = spawn('journalctl', ['--quiet', '--no-pager', '--output=cat', '--all', ...words], {
    ...{ stdio: ['ignore', 'pipe', 'inherit'], signal },
  })
  asked.on('error', () => undefined)
  yield* createInterface({ input: asked.stdout })
}

/** What units said, an entry a line; with `follow` also what comes, until `signal` aborts. */
export async function* journalLines(
  units: readonly string[],
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<OutputPart> {
  const chosen = units.map(unit => `--unit=${unit}`)
  let cursor: string | undefined
  for await (const line of journalctl([...chosen, '--show-cursor'], signal)) {
    const found = /^-- cursor: (\S+)$/.exec(line)?.[1]
    cursor = found ?? cursor
    if (found === undefined) yield { lines: [line], isCaughtUp: false }
  }
  yield { lines: [], isCaughtUp: true }
  if (!follow || cursor === undefined) return
  for await (const line of journalctl([...chosen, '--follow', '--lines=all', `--after-cursor=${cursor}`], signal))
    yield { lines: [line], isCaughtUp: true }
}

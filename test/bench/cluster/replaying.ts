import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Report, Row } from './report.ts'

const program = fileURLToPath(new URL('./replay-of.js', import.meta.url))

/** Replays the log of what was measured before. `pods`: how many there must be in the end, at least. */
export const measureReplay = async (home: string, pods: number, { row }: Report): Promise<void> => {
  const child = fork(program, [home, String(pods)])
  let rows: readonly Row[] = []
  child.on('message', (message: readonly Row[]) => (rows = message))
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`replaying ended with ${code}`)
  for (const one of rows) row(...one)
}

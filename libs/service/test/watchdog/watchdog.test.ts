import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly { readonly level: string; readonly message: string; readonly doing?: string }[]
  readonly output: string
}

const program = fileURLToPath(new URL('./standing-still.ts', import.meta.url))

const standing = (...milliseconds: readonly number[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...milliseconds.map(String)])
    let [told, output] = ['', '']
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (_, signal) =>
      resolve({
        signal,
        lines: told
          .split('\n')
          .filter(line => line !== '')
          .map(line => JSON.parse(line) as Ended['lines'][number]),
        output,
      }),
    )
  })

describe('the watchdog', () => {
  it('tells of a loop that stands still what was begun last, while it stands and when it goes on', async () => {
    const { signal, lines, output } = await standing(2000)
    assert.equal(signal, null)
    assert.deepEqual(
      lines.map(({ level, message, doing }) => [level, message, doing]),
      [
        ['error', 'the event loop stands still', 'create pods by "alice"'],
        ['warn', 'the event loop goes on', undefined],
      ],
    )
    const longest = /^periplus_event_loop_stall_seconds (.*)$/m.exec(output)
    assert.ok(Number(longest?.[1]) >= 1.9, output)
  })

  it('ends a process that stands for too long', async () => {
    const { signal, lines } = await standing(600_000, 1500)
    assert.equal(signal, 'SIGKILL')
    assert.equal(lines.at(-1)?.message, 'the event loop stood still for too long: the process ends')
  })
})

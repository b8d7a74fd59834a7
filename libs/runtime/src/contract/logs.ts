import assert from 'node:assert/strict'
import { readFile, rename } from 'node:fs/promises'
import { right } from './stage.ts'
import type { Stage } from './stage.ts'
import { lines } from './processes.ts'

const exited = ({ state }: { readonly state: string }): boolean => state === 'exited'

export const logsContract = (on: Stage): void => {
  if (!on.can.processes) return

  it('writes CRI log lines where it was told', async () => {
    const { id, log } = await on.running('echo out; sleep 0.1; echo err >&2; sleep 0.1; printf unfinished')
    await on.until(id, exited)
    await lines(on, log, 3)
    const written = (await readFile(log, 'utf8')).split('\n').slice(0, -1)
    const stamp = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+(Z|[+-]\\d\\d:\\d\\d)'
    assert.match(written[0]!, new RegExp(`^${stamp} stdout F out$`))
    assert.match(written[1]!, new RegExp(`^${stamp} stderr F err$`))
    assert.match(written[2]!, new RegExp(`^${stamp} stdout [FP] unfinished$`))
    assert.equal(right(await on.runtime.container(id)).logPath, log)
  })

  it('splits long lines into partial ones', async () => {
    const { id, log } = await on.running('head -c 40000 /dev/zero | tr "\\0" x; echo; echo end')
    await on.until(id, exited)
    await lines(on, log, 4)
    const written = (await readFile(log, 'utf8')).split('\n').slice(0, -1)
    const end = written.findIndex(line => line.endsWith('stdout F end'))
    const long = written.slice(0, end).map(line => line.split(' '))
    assert.deepEqual(new Set(long.slice(0, -1).map(([, , tag]) => tag)), new Set(['P']))
    assert.equal(long.at(-1)?.[2], 'F')
    assert.equal(long.map(([, , , text = '']) => text).join(''), 'x'.repeat(40_000))
  })

  it('begins a new file after a rotation', async () => {
    const { id, log } = await on.running('echo one; while [ ! -e /tmp/go ]; do sleep 0.02; done; echo two; sleep 1000')
    await lines(on, log, 1)
    await rename(log, `${log}.1`)
    right(await on.runtime.reopenLog(id))
    right(await on.runtime.execSync(id, ['touch', '/tmp/go'], 10))
    assert.deepEqual(await lines(on, log, 1), ['two'])
    assert.deepEqual(await lines(on, `${log}.1`, 1), ['one'])
  })
}

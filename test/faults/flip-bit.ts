import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Changes one bit of an event in a host's own copy of the log, where its subject ends so; the log's server does not notice. */
export const flipBit = (home: string, subject: string): void => {
  const blocks = join(home, 'nats/jetstream/$G/streams/OBJECTS/msgs')
  for (const name of readdirSync(blocks).filter(file => file.endsWith('.blk'))) {
    const bytes = readFileSync(join(blocks, name))
    const at = bytes.indexOf(subject)
    if (at < 0) continue
    const changed = at + subject.length - 1
    bytes[changed] = (bytes[changed] ?? 0) ^ 1
    const file = openSync(join(blocks, name), 'r+')
    writeSync(file, bytes, changed, 1, changed)
    return closeSync(file)
  }
  assert.fail(`no block has ${subject}`)
}

import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Changes one bit of an event in a server's own copy of the log, where its subject ends so; the server does not notice. `directory`: what the
 * server keeps is somewhere below.
 */
export const flipBit = (directory: string, subject: string): void => {
  const blocks = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(path => path.includes('streams/OBJECTS/msgs/') && path.endsWith('.blk'))
    .map(path => join(directory, path))
  for (const block of blocks) {
    const bytes = readFileSync(block)
    const at = bytes.indexOf(subject)
    if (at < 0) continue
    const changed = at + subject.length - 1
    bytes[changed] = (bytes[changed] ?? 0) ^ 1
    const file = openSync(block, 'r+')
    writeSync(file, bytes, changed, 1, changed)
    return closeSync(file)
  }
  assert.fail(`no block has ${subject}`)
}

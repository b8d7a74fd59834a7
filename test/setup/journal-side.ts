/** Inside namespaces of its own (`journal.test.ts`): a journald, the units that say something to it, and what is then shown. Prints JSON. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { until } from '../faults/until.ts'

const [home = ''] = process.argv.slice(2)
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, PERIPLUS_HOME: home } })

run('mount', '-t', 'tmpfs', 'tmpfs', '/run')
mkdirSync('/run/log')
mkdirSync('/run/systemd/journald.conf.d', { recursive: true })
// What the kernel says is none of ours.
writeFileSync('/run/systemd/journald.conf.d/test.conf', '[Journal]\nReadKMsg=no\nStorage=volatile\n')
spawn('/lib/systemd/systemd-journald', { stdio: 'ignore' })
const door = '/run/systemd/journal/stdout'
await until('journald listens', () => existsSync(door))

/** What systemd does when it starts a unit whose output is the journal: this line tells whose it is, and the variable tells the process. */
const says = async (
  unit: string,
  component: string,
  level: string,
  message: string,
  redirected = '',
): Promise<void> => {
  const socket = createConnection(door)
  await once(socket, 'connect')
  // Its identifier, its unit, the priority of what has none, whether priorities are taken off, and where else it goes.
  socket.write(`periplus\n${unit}\n6\n1\n0\n0\n0\n`)
  const program = `import { logger } from '@periplus/service'; logger('${component}').${level}('${message}')`
  const shell = `export JOURNAL_STREAM=$(stat --dereference --format=%d:%i /dev/stderr); exec "$@" ${redirected}`
  const words = ['-c', shell, 'sh', process.execPath, '--import', 'tsx', '--input-type=module', '-e', program]
  const said = spawn('sh', words, { stdio: ['ignore', socket, socket] })
  const [code]: readonly unknown[] = await once(said, 'exit')
  socket.destroy()
  if (code !== 0) throw new Error(`${component} ended with ${String(code)} and may not have said ${message}`)
}

const file = join(home, 'redirected')
await says('periplus-role@controllers_scheduler.service', 'controllers', 'info', 'one')
await says('periplus-role@controllers_scheduler.service', 'scheduler', 'warn', 'two')
await says('periplus-role@projector.service', 'projector', 'error', 'three')
await says('periplus.service', 'supervisor', 'info', 'four')
await says('periplus.service', 'supervisor', 'info', 'five', `2>${file}`)

interface Entry {
  readonly PRIORITY: string
  readonly MESSAGE: string
}
const messageIn = (line: string): string => (JSON.parse(line) as { message: string }).message
const linesOf = (text: string): readonly string[] => text.split('\n').filter(line => line !== '')
const entries = await until('journald has them all', () => {
  const all = linesOf(run('journalctl', '--quiet', '--output=json', '--unit=periplus*'))
  if (all.length < 4) throw new Error(`${all.length} of 4: ${all.join()}`)
  return all.map(line => JSON.parse(line) as Entry)
})
const periplus = (...args: readonly string[]): readonly string[] =>
  linesOf(run('bin/periplus', 'logs', ...args)).map(messageIn)
console.log(
  JSON.stringify({
    entries: entries.map(({ PRIORITY, MESSAGE }) => `${PRIORITY} ${messageIn(MESSAGE)}`),
    redirected: linesOf(run('cat', file)).map(messageIn),
    shown: {
      controllers: periplus('controllers'),
      'kube-scheduler': periplus('kube-scheduler'),
      'control-plane': periplus('control-plane'),
      last: periplus('control-plane', '--tail', '1'),
      supervisor: periplus('supervisor'),
      nats: periplus('nats'),
    },
  }),
)
process.exit()

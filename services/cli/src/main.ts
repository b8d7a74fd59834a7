import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { CannotGoOn } from '@periplus/cluster'
import type { JoiningRole } from '@periplus/cluster/roles'
import type { Report } from '@periplus/cluster/supervisor'
import { shippedFile } from '@periplus/service'
import { addConsumerCommands } from './commands/consumer-commands.ts'
import { addLogsCommands } from './commands/logs-commands.ts'
import { addLogCommands } from './commands/log-commands.ts'
import { addWriteCommands } from './commands/write-commands.ts'
import type { JoinOptions } from './commands/join.ts'
import { contextOf } from './context.ts'

const program = new Command('periplus')
  .description('A Kubernetes whose control plane is an event log')
  .showHelpAfterError()
  .option('-V, --version', 'print the version')
  .on('option:version', () => {
    const { version } = JSON.parse(readFileSync(shippedFile('package.json'), 'utf8')) as { readonly version: string }
    console.log(`periplus ${version}`)
    process.exit()
  })

program
  .command('up')
  .description('start a one-machine cluster in the background and wait until its node is Ready')
  .action(async () => {
    const { up } = await import('@periplus/cluster/supervisor')
    const { home, settings, say } = contextOf()
    await up(home, settings, say)
  })

program
  .command('down')
  .description('stop the cluster and keep its data')
  .action(async () => {
    const { down } = await import('@periplus/cluster/supervisor')
    const { home, say } = contextOf()
    await down(home, say)
  })

program
  .command('reset')
  .description('stop the cluster and forget its data')
  .action(async () => {
    const { reset } = await import('@periplus/cluster/supervisor')
    const { home, say } = contextOf()
    await reset(home, say)
  })

program
  .command('backup <place>')
  .description('write the state of the running cluster into a file, or to s3://bucket/prefix')
  .option(
    '--since <place>',
    'another backup of this cluster: only what has changed since, which takes that one to restore',
  )
  .action(async (file: string, options: { since?: string }) => {
    const { backup } = await import('./commands/backup.ts')
    await backup(contextOf(), file, options)
  })

program
  .command('restore <places...>')
  .description(
    'begin with a backup, of those at s3://bucket/prefix the newest, and with files of what changed behind what they rest on; for a home without a cluster, before its first start',
  )
  .option('--keys <file>', 'the file pki/secrets.keys of the cluster that it is of, which reads its Secrets')
  .action(async (places: string[], options: { keys?: string }) => {
    const { restore } = await import('./commands/backup.ts')
    await restore(contextOf(), places, options)
  })

program
  .command('secrets')
  .description('the key of the cluster that Secrets are sealed with')
  .command('rotate')
  .description('make a new one and wrap the keys of all sealed objects with it')
  .action(async () => {
    const { rotateSecrets } = await import('./commands/secrets.ts')
    await rotateSecrets(contextOf())
  })

program
  .command('status')
  .description('show what runs')
  .action(async () => {
    const { status } = await import('./commands/status.ts')
    const { home, say } = contextOf()
    await status(home, say)
  })

program
  .command('tools')
  .description('install what the cluster and its tests need, where it is missing')
  .action(async () => {
    const { installTools } = await import('@periplus/cluster/supervisor')
    const { home, settings, say } = contextOf()
    await installTools(home, settings, say)
  })

program
  .command('images')
  .description('build the stand-ins for busybox and nginx from Debian packages')
  .action(async () => {
    const { buildImages } = await import('@periplus/cluster/supervisor')
    const { home, say } = contextOf()
    await buildImages(home, say)
  })

program
  .command('image')
  .description("write an OCI archive of this checkout, with Node, NATS and Redis, as 'ctr images import' takes it")
  .argument('<file>')
  .action(async (path: string) => {
    const { writeOwnImage } = await import('@periplus/cluster/supervisor')
    const { home, settings, say } = contextOf()
    await writeOwnImage(home, settings, path, say)
  })

program
  .command('supervise', { hidden: true })
  .description('run the cluster in the foreground; `up` starts this in the background')
  .action(async () => {
    const { ensureTools, supervise } = await import('@periplus/cluster/supervisor')
    const { home, settings, say } = contextOf()
    const tools = await ensureTools(home, settings, say)
    // Whoever started it may be gone by now; the cluster goes on all the same.
    const tell = (report: Report): void => void process.send?.(report, undefined, undefined, () => undefined)
    await supervise({ home, settings, tools }, tell)
    if (process.connected) process.disconnect?.()
  })

program.command('issue-identity <node>', { hidden: true }).action(async (node: string) => {
  const { issueTo } = await import('./commands/issue-identity.ts')
  await issueTo(contextOf().home, node)
})

program
  .command('token')
  .description('bootstrap tokens, with which other hosts join')
  .command('create')
  .option('--ttl <time>', 'how long it is good for, such as 30m', '24h')
  .addOption(new Option('--role <role>', 'what the host is to be').choices(['node', 'control-plane']).default('node'))
  .description('make a token and print the command by which a host joins with it')
  .action(async ({ ttl, role }: { ttl: string; role: JoiningRole }) => {
    const { createToken } = await import('./commands/join.ts')
    const { home, say } = contextOf()
    say(await createToken(home, ttl, role))
  })

program
  .command('join <server>')
  .requiredOption('--token <token>', 'as `token create` printed it')
  .requiredOption('--ca-hash <hash>', 'of the authority that the server must be of')
  .addOption(
    new Option('--role <role>', 'a node, or a node with a copy of the control plane')
      .choices(['node', 'control-plane'])
      .default('node'),
  )
  .option('--key <key>', "of the control plane's keys, as `token create --role control-plane` printed it")
  .description('make this host a node of a cluster elsewhere, and start it in the background')
  .action(async (server: string, options: JoinOptions) => {
    const { joinCluster } = await import('./commands/join.ts')
    await joinCluster(contextOf(), { server, ...options })
  })

program
  .command('replicate')
  .description(
    'have the log kept by the servers of all hosts with a control plane, three at least, any of which may then fail',
  )
  .action(async () => {
    const { replicate } = await import('./commands/replicate.ts')
    await replicate(contextOf())
  })

program
  .command('leave')
  .option('--force', 'whatever the cluster says, or where it cannot be asked')
  .description('take this host, which joined, out of the cluster, and forget it here')
  .action(async (options: { force?: boolean }) => {
    const { leave } = await import('./commands/leave.ts')
    await leave(contextOf(), options)
  })

program
  .command('remove-host <name>')
  .option('--force', 'though it lives')
  .description(
    'take a host out of the cluster that will not come back, and have nothing that its node has be good any more',
  )
  .action(async (name: string, options: { force?: boolean }) => {
    const { removeHostNamed } = await import('./commands/leave.ts')
    await removeHostNamed(contextOf(), name, options)
  })

const serve = program
  .command('serve')
  .argument('<role...>', 'such as apiserver, controllers, scheduler, projector, ingress; or node, service-proxy, dns')
  .option('--shadow', 'of controllers and scheduler: decide beside those that run, and write nothing')
  .description('run one or several roles of the cluster in this process')
  .action(async (words: string[], { shadow = false }: { shadow?: boolean }) => {
    const { serveRoles, serveShadow } = await import('./commands/serve.ts')
    const { home, settings } = contextOf()
    await (shadow ? serveShadow : serveRoles)(home, settings, words)
  })

serve.command('log-router', { hidden: true }).action(async () => {
  const { serveLogRouter } = await import('./commands/serve.ts')
  const { home, settings } = contextOf()
  await serveLogRouter(home, settings)
})

serve.command('hollow-nodes <count>', { hidden: true }).action(async (count: string) => {
  const { serveHollowNodes } = await import('./commands/serve.ts')
  const { home, settings } = contextOf()
  if (!/^[1-9]\d{0,3}$/.test(count)) throw new CannotGoOn(`'${count}' is not a number of nodes from 1 to 9999`)
  await serveHollowNodes(home, settings, Number(count))
})

addConsumerCommands(program, contextOf)
addLogCommands(program, contextOf)
addLogsCommands(program, contextOf)
addWriteCommands(program, contextOf)

// Whoever reads may leave before the end, as `head` does: then there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CannotGoOn)) throw error
  console.error(`periplus: ${error.message}`)
  // Not by running out of work: what was opened before the failure would keep the process.
  process.exit(1)
}

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { AuditOptions } from './audit.ts'
import type { FightsOptions } from './fights.ts'
import { inNamespace } from './namespace-option.ts'

/** The commands that read the log; what they need is loaded when one of them is called. */
export const addLogCommands = (program: Command, contextOf: () => Context): void => {
  const namespaced = (command: Command): Command => inNamespace(command, 'namespace of the object', contextOf)

  program
    .command('events')
    .description('list the events of the log, oldest first')
    .option('-f, --follow', 'go on with what comes')
    .option(
      '--since <moment>',
      'begin at this moment (a sequence, a time, or so long ago, such as 10m); default: the last 50, or now with --follow',
    )
    .option('-o, --output <format>', 'text or json', 'text')
    .action(async (options: { follow?: boolean; since?: string; output: string }) => {
      const { events } = await import('./events.ts')
      await events(contextOf(), options)
    })

  namespaced(program.command('log <kind/name>').description("show an object's history: who changed what when")).action(
    async (object: string, options: { namespace: string }) => {
      const { log } = await import('./history.ts')
      await log(contextOf(), object, options)
    },
  )

  namespaced(program.command('why <kind/name>').description('show what led to an object being as it is')).action(
    async (object: string, options: { namespace: string }) => {
      const { why } = await import('./why.ts')
      await why(contextOf(), object, options)
    },
  )

  namespaced(
    program
      .command('show <kind/name>')
      .description('print an object as it was')
      .option('--at <moment>', 'the moment; default: now')
      .option('-o, --output <format>', 'yaml or json', 'yaml'),
  ).action(async (object: string, options: { namespace: string; at?: string; output: string }) => {
    const { show } = await import('./show.ts')
    await show(contextOf(), object, options)
  })

  namespaced(
    program.command('diff <kind/name> <from> [to]').description('show what changed of an object between two moments'),
  ).action(async (object: string, from: string, to: string | undefined, options: { namespace: string }) => {
    const { diff } = await import('./diff.ts')
    await diff(contextOf(), object, from, to, options)
  })

  program
    .command('fights')
    .description('show who fights whom: two writers of one field, each of whom puts back what the other has written')
    .option('-n, --namespace <namespace>', 'in this namespace alone')
    .option('--since <duration>', 'how far to look back', '1h')
    .option('--window <duration>', 'how soon one answers the other', '10m')
    .action(async (options: FightsOptions) => {
      const { fights } = await import('./fights.ts')
      await fights(contextOf(), options)
    })

  program
    .command('audit')
    .description("show who asked for what: this home's audit files, and writes of the log that they do not have")
    .option('--user <name>', 'who asked, or as whom')
    .option('--verb <verb>', 'such as get, create or delete')
    .option('--resource <resource>', 'such as secrets, pods/exec or deployments.apps')
    .option('-n, --namespace <namespace>', 'in this namespace alone')
    .option('--since <time>', 'from then on: a duration or a time', '1h')
    .option('-f, --follow', 'go on with what comes')
    .option('--json', 'audit.k8s.io/v1 Events, one a line')
    .action(async (options: AuditOptions) => {
      const { audit } = await import('./audit.ts')
      await audit(contextOf(), options)
    })

  program
    .command('at <moment>')
    .description(
      'print how kubectl looks at the cluster as it was then (a sequence, a time, or so long ago, such as 10m)',
    )
    .action(async (moment: string) => {
      const { at } = await import('./at.ts')
      await at(contextOf(), moment)
    })

  namespaced(
    program
      .command('trace <pod> <service[:port]>')
      .description('show the way of a connection from a pod to a service, and where it ends')
      .option('--at <moment>', 'the moment; default: now'),
  ).action(async (pod: string, service: string, options: { namespace: string; at?: string }) => {
    const { trace } = await import('./trace.ts')
    await trace(contextOf(), pod, service, options)
  })

  program
    .command('replay')
    .description('take every recorded decision again and count the identical ones')
    .action(async () => {
      const { replay } = await import('./replay.ts')
      await replay(contextOf())
    })

  program
    .command('shadow')
    .description('controllers that decide beside those that run: `serve controllers --shadow` starts them')
    .command('diff')
    .description('show what they would do otherwise, by controller and key')
    .action(async () => {
      const { shadowDiff } = await import('./shadow.ts')
      shadowDiff(contextOf())
    })

  program
    .command('verify')
    .description(
      "read the whole log, each server's copy of it, and Redis, and say what in them is not as it was written",
    )
    .option('--repair', "have this host's copy of the log made anew from the others, where it differs")
    .action(async (options: { repair?: boolean }) => {
      const { verify } = await import('./verify.ts')
      await verify(contextOf(), options)
    })
}

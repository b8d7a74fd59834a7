import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { LogsOptions } from './logs-request.ts'
import { inNamespace } from './namespace-option.ts'

/** The commands that show what containers, and parts of the cluster, have said. */
export const addLogsCommands = (program: Command, contextOf: () => Context): void => {
  const chosen = (command: Command): Command =>
    inNamespace(command, 'namespace of the pods', contextOf)
      .option('-l, --selector <selector>', 'of pods with these labels')
      .option('-c, --container <container>', 'of this container alone')
      .option('--grep <pattern>', 'lines in which the pattern (RE2) is found')
      .option('--json', 'each line with its number, its place and its time; a line that is JSON as what it says')
      .option('--timestamps', 'with the times of lines')
      .option('--tail <count>', 'the last lines')

  chosen(
    program
      .command('logs [target]')
      .description(
        'show lines of pod/NAME, deployment/NAME or -l SELECTOR, also of what is gone; or of a part of the cluster',
      )
      .option('--at <moment>', 'as they stood then (a sequence, a time, or so long ago)')
      .option('--since <time>', 'from then on: a duration or a time')
      .option('-f, --follow', 'go on with what comes')
      .option('-p, --previous', 'of the run before the newest')
      .option('--gaps', 'show what is not in the stream, and nothing else')
      .option('--with-events', 'between the events of their pods'),
  ).action(async (target: string | undefined, options: LogsOptions) => {
    const { logs } = await import('./logs.ts')
    await logs(contextOf(), target, options)
  })

  chosen(program.command('tail [target]').description('follow the lines of many pods at once')).action(
    async (target: string | undefined, options: LogsOptions) => {
      const { tail } = await import('./logs.ts')
      await tail(contextOf(), target, options)
    },
  )
}

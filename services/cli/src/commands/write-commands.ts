import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { ApplyOptions } from './apply.ts'

/** The commands that write several objects at once. */
export const addWriteCommands = (program: Command, contextOf: () => Context): void => {
  program
    .command('apply')
    .description('apply the objects of files or directories on the server: all of them become events together, or none')
    .option('--atomic', 'all or none')
    .option('-f, --filename <path...>', 'a file, a directory, or - for the input')
    .option('-n, --namespace <namespace>', 'namespace of objects that name none', 'default')
    .option('--dry-run', 'ask the server what would come of it, and write nothing')
    .option('--force-conflicts', 'take over fields that others own')
    .option('--field-manager <name>', 'who owns the fields from then on', 'periplus')
    .action(async (options: ApplyOptions) => {
      const { apply } = await import('./apply.ts')
      await apply(contextOf(), options)
    })
}

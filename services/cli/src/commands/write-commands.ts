import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { ApplyOptions } from './apply.ts'
import type { ImportOptions } from './import.ts'
import { inNamespace } from './namespace-option.ts'
import type { RevertOptions } from './revert.ts'
import type { UndeleteOptions } from './undelete.ts'

/** The commands that write several objects at once. */
export const addWriteCommands = (program: Command, contextOf: () => Context): void => {
  const namespaced = (command: Command, description: string): Command => inNamespace(command, description, contextOf)

  namespaced(
    program
      .command('apply')
      .description(
        'apply the objects of files or directories on the server: all of them become events together, or none',
      ),
    'namespace of objects that name none',
  )
    .option('--atomic', 'all or none')
    .option('-f, --filename <path...>', 'a file, a directory, or - for the input')
    .option('--dry-run', 'ask the server what would come of it, and write nothing')
    .option('--force-conflicts', 'take over fields that others own')
    .option('--field-manager <name>', 'who owns the fields from then on', 'periplus')
    .action(async (options: ApplyOptions) => {
      const { apply } = await import('./apply.ts')
      await apply(contextOf(), options)
    })

  namespaced(
    program
      .command('undelete <kind/name>')
      .description('make an object again that was deleted, with what went with it'),
    'namespace of the object',
  )
    .option('--dry-run', 'show what would be done, and write nothing')
    .action(async (target: string, options: UndeleteOptions) => {
      const { undelete } = await import('./undelete.ts')
      await undelete(contextOf(), target, options)
    })

  namespaced(
    program
      .command('revert [target]')
      .description('bring KIND/NAME, namespace/NAME with all in it, or -l SELECTOR back to how it was at a moment'),
    'namespace of the objects',
  )
    .requiredOption('--to <moment>', 'a sequence, a time, or so long ago, such as 10m')
    .option('-l, --selector <selector>', 'objects that have these labels now, or had them then')
    .option('--dry-run', 'show what would be done, and write nothing')
    .action(async (target: string | undefined, options: RevertOptions) => {
      const { revert } = await import('./revert.ts')
      await revert(contextOf(), target, options)
    })

  program
    .command('import')
    .description('make the objects of another cluster here, of any Kubernetes; its data in volumes does not come along')
    .requiredOption('--kubeconfig <file>', 'of the other cluster')
    .option('-n, --namespace <namespace...>', 'these namespaces only; else all but those of the cluster itself')
    .option('--dry-run', 'ask this cluster what would come of it, and write nothing')
    .action(async (options: ImportOptions) => {
      const { importFrom } = await import('./import.ts')
      await importFrom(contextOf(), options)
    })
}

import type { Command } from 'commander'
import type { Context } from '../context.ts'
import type { ConsumerOptions } from './consumers.ts'

/** Who reads the feed of events from outside. */
export const addConsumerCommands = (program: Command, contextOf: () => Context): void => {
  program
    .command('asyncapi')
    .description('print what consumers are told as an AsyncAPI document')
    .action(async () => {
      const { asyncApiText } = await import('./async-api.ts')
      process.stdout.write(asyncApiText())
    })
  const consumer = program.command('consumer').description('those outside who read the stream of events')
  consumer
    .command('add <name>')
    .description('let somebody read every event from now on, and print the file that tells him how')
    .option('--only <kinds>', 'of these kinds alone, such as deployments,pods')
    .option('-n, --namespace <namespace>', 'in this namespace alone')
    .action(async (name: string, options: ConsumerOptions) => {
      const { add } = await import('./consumers.ts')
      await add(contextOf(), name, options)
    })
  consumer
    .command('list')
    .description('who there is, what each reads, and how much it has still to read')
    .action(async () => {
      const { list } = await import('./consumers.ts')
      await list(contextOf())
    })
  consumer
    .command('bridge <file> <sink>')
    .description(
      'bring what a consumer is given to a webhook, Kafka or another backend of logs, which the file `sink` names; runs until it is ended',
    )
    .action(async (file: string, sink: string) => {
      const { serveBridge } = await import('./serve.ts')
      await serveBridge(file, sink)
    })
  consumer
    .command('remove <name>')
    .description('let one in no more')
    .action(async (name: string) => {
      const { remove } = await import('./consumers.ts')
      await remove(contextOf(), name)
    })
}

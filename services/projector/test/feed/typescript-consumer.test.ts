import { shippedFile } from '@periplus/service'
import { exampleConsumer } from './example-consumer.ts'

exampleConsumer('TypeScript', async () => [
  process.execPath,
  ...['--import', 'tsx', shippedFile('deploy/consumers/typescript/deployments.ts')],
])

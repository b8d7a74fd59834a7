import type { LogBackend } from '../src/index.ts'
import { lineOf, logBackendContract, sourceOf } from '../src/contract.ts'
import type { Behaviour, ReceivedLine } from '../src/contract.ts'
import { httpStage, jsonLines } from './http-stages.ts'

const example = new URL('../../../deploy/examples/log-backend/index.js', import.meta.url).href

const takes: Behaviour = ({ body }, response, accept) => {
  const isPoisoned = body.includes('never to be taken')
  if (!isPoisoned) accept()
  response.writeHead(isPoisoned ? 400 : 200).end()
}

logBackendContract(
  'the example of a backend of others (recorder)',
  { faults: ['away', 'back', 'silent'], poison: lineOf(sourceOf(), 7, 'never to be taken') },
  async () => {
    const { default: backend } = (await import(example)) as { default: LogBackend }
    return httpStage(backend, {
      config: url => ({ url: `${url}/` }),
      usual: takes,
      linesIn: ({ body }): readonly ReceivedLine[] =>
        jsonLines(body).map(line => ({
          ...{ namespace: String(line['namespace']), pod: String(line['pod']), container: String(line['container']) },
          ...{ number: Number(line['number']), stream: String(line['stream']), message: String(line['_msg']) },
        })),
    })
  },
)

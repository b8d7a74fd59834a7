import { httpRecorder } from '../src/contract.ts'
import type { BackendHarness, Behaviour, HttpRecorder, ReceivedLine, RecordedRequest } from '../src/contract.ts'
import type { LogBackend } from '../src/index.ts'

type Json = Readonly<Record<string, unknown>>

export const receivedOf = (document: Json): ReceivedLine => {
  const kubernetes = document['kubernetes'] as Json
  return {
    namespace: String(kubernetes['namespace_name']),
    pod: String(kubernetes['pod_name']),
    container: String(kubernetes['container_name']),
    number: Number(document['number']),
    stream: String(document['stream']),
    message: String(document['message']),
  }
}

export const jsonLines = (body: Buffer): readonly Json[] =>
  body
    .toString()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Json)

export interface HttpStage extends BackendHarness {
  readonly recorder: HttpRecorder
}

/** A backend over HTTP whose server is a recorder. */
export const httpStage = async (
  backend: LogBackend,
  {
    config,
    usual,
    linesIn,
    partly,
  }: {
    readonly config: (url: string) => Json
    readonly usual: Behaviour
    readonly linesIn: (request: RecordedRequest) => readonly ReceivedLine[]
    readonly partly?: Behaviour
  },
): Promise<HttpStage> => {
  const recorder = await httpRecorder(usual)
  const lines = (): readonly ReceivedLine[] => recorder.accepted.flatMap(linesIn)
  return {
    recorder,
    backend,
    config: config(recorder.url),
    received: async atLeast => {
      await recorder.until(() => lines().length >= atLeast)
      return lines()
    },
    faults: {
      away: recorder.away,
      back: recorder.back,
      silent: async () => recorder.always(() => undefined),
      partly: async () => {
        if (partly) recorder.next(partly)
      },
    },
    close: recorder.close,
  }
}

import assert from 'node:assert/strict'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { lineOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { startCollector } from './collector-server.ts'
import type { AnyValue, Attribute, CollectedRecord, Collector } from './collector-server.ts'

const attribute = (attributes: readonly Attribute[], key: string): AnyValue =>
  attributes.find(each => each.key === key)?.value ?? {}
const text = (attributes: readonly Attribute[], key: string): string => attribute(attributes, key).stringValue ?? ''
const message = ({ body }: CollectedRecord): string =>
  body.stringValue ?? Buffer.from(body.bytesValue ?? '', 'base64').toString('latin1')

const ofOtlp = (record: CollectedRecord): ReceivedLine => ({
  namespace: text(record.resource, 'k8s.namespace.name'),
  pod: text(record.resource, 'k8s.pod.name'),
  container: text(record.resource, 'k8s.container.name'),
  number: Number(attribute(record.attributes, 'log.record.number').intValue),
  stream: text(record.attributes, 'log.iostream'),
  message: message(record),
})

const ofForward = (record: CollectedRecord): ReceivedLine => {
  const kubernetes = attribute(record.attributes, 'kubernetes').kvlistValue?.values ?? []
  return {
    namespace: text(kubernetes, 'namespace_name'),
    pod: text(kubernetes, 'pod_name'),
    container: text(kubernetes, 'container_name'),
    number: Number(attribute(record.attributes, 'number').intValue),
    stream: text(record.attributes, 'stream'),
    message: message(record),
  }
}

const stage =
  (
    backend: string,
    receivers: (endpoint: string) => object,
    config: (port: number) => Readonly<Record<string, unknown>>,
    lineIn: (record: CollectedRecord) => ReceivedLine,
  ) =>
  async (): Promise<BackendHarness & { readonly collector: Collector }> => {
    const collector = await startCollector(receivers)
    return {
      collector,
      backend: builtInBackends.get(backend) as LogBackend,
      config: config(collector.port),
      received: async atLeast => (await collector.records(atLeast)).map(lineIn),
      faults: {
        away: collector.stop,
        back: collector.start,
        silent: async () => collector.freeze(),
      },
      close: collector.dispose,
    }
  }

const otlp = stage(
  'otlp',
  endpoint => ({ otlp: { protocols: { http: { endpoint } } } }),
  port => ({ url: `http://127.0.0.1:${port}` }),
  ofOtlp,
)
const forward = stage(
  'fluentd',
  endpoint => ({ fluent_forward: { endpoint } }),
  port => ({ host: '127.0.0.1', port }),
  ofForward,
)

describe("OpenTelemetry's collector", function () {
  this.timeout(600_000)
  const faults = ['away', 'back', 'silent'] as const
  logBackendContract('OTLP (real)', { network: true, keepsBytes: true, faults }, otlp)
  logBackendContract('the Forward Protocol (real)', { network: true, faults }, forward)

  it('has a line with its time, and values of every type', async () => {
    const on = await otlp()
    const writer = await openWriter(on)
    const fields = new Map<string, unknown>([
      ['count', 7],
      ['ratio', 0.5],
      ['is', true],
      ['deep', { a: [1, 'b', null] }],
    ])
    await writer.write([{ ...lineOf(sourceOf(), 1), fields }], new AbortController().signal)
    const [record] = await on.collector.records(1)
    assert.equal((record as unknown as { timeUnixNano: string }).timeUnixNano, '1735689600000000001')
    assert.deepEqual(
      ['count', 'ratio', 'is'].map(key => attribute(record?.attributes ?? [], key)),
      [{ intValue: '7' }, { doubleValue: 0.5 }, { boolValue: true }],
    )
    assert.match(JSON.stringify(attribute(record?.attributes ?? [], 'deep')), /"stringValue":"b"/)
    await writer.close()
    await on.close()
  })
})

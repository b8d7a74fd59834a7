// Keeps a table of deployments in a file, over any restart: npx tsx deployments.ts CREDENTIALS TABLE
// Needs npm packages: nats@npm:@nats-io/transport-node, @nats-io/jetstream.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { connect } from 'nats'
import { jetstream } from '@nats-io/jetstream'

const [credentials = '', file = ''] = process.argv.slice(2)
const { servers, user, password, ca, stream, consumer, domain } = JSON.parse(readFileSync(credentials, 'utf8'))
const empty = (begun: number) => ({ place: 0, begun, events: 0, deployments: {} as Record<string, unknown> })
let table: ReturnType<typeof empty> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : empty(0)

// Place and table are one file that is renamed into its place, so that neither is ever without the other.
const save = (): void => {
  writeFileSync(`${file}.new`, JSON.stringify(table))
  renameSync(`${file}.new`, file)
}
const connection = await connect({ servers, user, pass: password, ...(ca ? { tls: { ca } } : {}) })
const goOn = () =>
  connection.request(`$JS.${domain}.API.CONSUMER.RESET.${stream}.${consumer}`, JSON.stringify({ seq: table.place + 1 }))
await goOn()
const reader = await jetstream(connection, { domain }).consumers.get(stream, consumer)
for (;;) {
  for await (const message of await reader.fetch({ max_messages: 500, expires: 1_000 })) {
    if (message.seq <= table.place) continue
    table.place = message.seq
    message.ack()
    const type = message.headers?.get('ce-type') ?? ''
    if (type.includes('.begin-anew.')) {
      // Something was gone before it was read. Of what is told once more from the beginning, this notice is a part.
      if (message.seq > table.begun) table = empty(message.seq)
      if (table.place === 0) break
    } else {
      const { metadata, spec, status } = message.json<Record<'metadata' | 'spec' | 'status', Record<string, unknown>>>()
      const name = `${metadata['namespace']}/${metadata['name']}`
      if (type.includes('.deleted.')) delete table.deployments[name]
      else table.deployments[name] = { replicas: spec['replicas'], ready: status?.['readyReplicas'] ?? 0 }
      table.events++
    }
  }
  save()
  if (table.place === 0 && table.begun > 0) await goOn()
}

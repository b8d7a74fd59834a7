import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { containerdRuntime } from '@periplus/runtime'
import type { ContainerConfig, SandboxConfig } from '@periplus/runtime'
import protobuf from 'protobufjs/minimal.js'

export interface Captured {
  readonly sandbox: Uint8Array
  readonly container: Uint8Array
}

/** The bytes of `PodSandboxConfig` and `ContainerConfig` that reach whoever serves CRI. */
export const capture = async (config: ContainerConfig): Promise<Captured> => {
  const directory = await mkdtemp(join(tmpdir(), 'pp-cri-'))
  const address = join(directory, 'cri.sock')
  const got = new Map<string, Buffer>()
  const server = new Server()
  const method = (name: string) => ({
    path: `/runtime.v1.RuntimeService/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  })
  // Both answers are a message with an id in field 1.
  const answer = Buffer.from(protobuf.Writer.create().uint32(10).string('made').finish())
  server.addService(
    { RunPodSandbox: method('RunPodSandbox'), CreateContainer: method('CreateContainer') },
    Object.fromEntries(
      ['RunPodSandbox', 'CreateContainer'].map(name => [
        name,
        (call: { readonly request: Buffer }, done: (error: null, value: Buffer) => void) => {
          got.set(name, call.request)
          done(null, answer)
        },
      ]),
    ),
  )
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${address}`, ServerCredentials.createInsecure(), error =>
      error ? reject(error) : resolve(),
    ),
  )
  const runtime = containerdRuntime({ address })
  try {
    await runtime.runSandbox(config.sandbox satisfies SandboxConfig)
    await runtime.createContainer('made', config)
    return { sandbox: part(got.get('RunPodSandbox'), 1), container: part(got.get('CreateContainer'), 2) }
  } finally {
    await runtime.close()
    server.forceShutdown()
    await rm(directory, { recursive: true })
  }
}

/** A message that stands in this field of another. */
const part = (request: Buffer | undefined, number: number): Uint8Array => {
  const reader = protobuf.Reader.create(request ?? Buffer.alloc(0))
  while (reader.pos < reader.len) {
    const head = reader.uint32()
    if (head >>> 3 === number) return reader.bytes()
    reader.skipType(head & 7)
  }
  throw new Error(`nothing in field ${number}`)
}

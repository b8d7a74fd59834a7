import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { answering, bytes, entries, grpcStatus, message, one, serveGrpc, string } from '@periplus/grpc'
import type { GrpcRefusal } from '@periplus/grpc'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** How a plugin of tests is; each may be changed while it runs. */
export interface ExamplePluginState {
  keyId: string
  /** Keys that it still has; absent: any. */
  known?: readonly string[]
  healthz: string
  version: string
  /** What it says of what it encrypts. */
  annotations: Readonly<Record<string, Buffer>>
  ciphertext?: Buffer
  plaintext?: Buffer
  /** It answers nothing. */
  hangs: boolean
}

export interface ExamplePlugin extends ExamplePluginState {
  /** Methods that it was asked, oldest first. */
  readonly asked: string[]
  stop(): Promise<void>
}

/** Written from `k8s.io/kms/apis/v2/api.proto`, not from what the product takes it for. */
const wire = {
  Status: {
    request: message({}),
    response: message({ version: one(1, string), healthz: one(2, string), key_id: one(3, string) }),
  },
  Encrypt: {
    request: message({ plaintext: one(1, bytes), uid: one(2, string) }),
    response: message({ ciphertext: one(1, bytes), key_id: one(2, string), annotations: entries(3, bytes) }),
  },
  Decrypt: {
    request: message({
      ciphertext: one(1, bytes),
      uid: one(2, string),
      key_id: one(3, string),
      annotations: entries(4, bytes),
    }),
    response: message({ plaintext: one(1, bytes) }),
  },
} as const

const annotation = 'nonce.example.com'
const keyOf = (keyId: string): Buffer => createHash('sha256').update(keyId).digest()
const refuse = (details: string): Either<GrpcRefusal, never> => E.left({ code: grpcStatus.INVALID_ARGUMENT, details })

/** A KMS v2 plugin at a socket, whose keys are made of their ids; the nonce of what it encrypts is an annotation. */
export const examplePlugin = async (
  socket: string,
  given: Partial<ExamplePluginState> = {},
): Promise<ExamplePlugin> => {
  const asked: string[] = []
  const state: ExamplePluginState = {
    keyId: 'one',
    healthz: 'ok',
    version: 'v2',
    annotations: {},
    hangs: false,
    ...given,
  }
  const asking = async (method: string): Promise<void> => {
    asked.push(method)
    if (state.hangs) await new Promise(() => undefined)
  }
  const path = (method: string): string => `/v2.KeyManagementService/${method}`
  const server = await serveGrpc(socket, [
    answering({ path: path('Status'), ...wire.Status }, async () => {
      await asking('Status')
      return E.right({ version: state.version, healthz: state.healthz, key_id: state.keyId })
    }),
    answering({ path: path('Encrypt'), ...wire.Encrypt }, async ({ plaintext, uid }) => {
      await asking('Encrypt')
      if (uid === '') return refuse('no uid')
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', keyOf(state.keyId), nonce)
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
      const ciphertext = state.ciphertext ?? sealed
      return E.right({ ciphertext, key_id: state.keyId, annotations: { [annotation]: nonce, ...state.annotations } })
    }),
    answering({ path: path('Decrypt'), ...wire.Decrypt }, async ({ ciphertext, key_id, annotations, uid }) => {
      await asking('Decrypt')
      if (uid === '') return refuse('no uid')
      if (state.known && !state.known.includes(key_id)) return refuse(`no key ${key_id}`)
      const decipher = createDecipheriv('aes-256-gcm', keyOf(key_id), annotations[annotation] ?? Buffer.alloc(12))
      decipher.setAuthTag(ciphertext.subarray(-16))
      const plaintext = Buffer.concat([decipher.update(ciphertext.subarray(0, -16)), decipher.final()])
      return E.right({ plaintext: state.plaintext ?? plaintext })
    }),
  ])
  return Object.assign(state, {
    asked,
    stop: async () => {
      await server.close()
      rmSync(socket, { force: true })
    },
  })
}

import { randomUUID } from 'node:crypto'
import { errorText, grpcChannel } from '@periplus/grpc'
import type { Call, GrpcChannel } from '@periplus/grpc'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KmsWrapping } from '../../home/cluster-keys.ts'
import { decryptCall, encryptCall, statusCall } from './protocol.ts'
import { keyIdFault, statusFault, wrappingFault } from './plugin-faults.ts'

/** A plugin at a socket, as the operator named it. */
export interface KmsProvider {
  readonly name: string
  /** Path of its socket. */
  readonly socket: string
  /** After which a call is given up. */
  readonly timeoutSeconds: number
}

/** Who keeps keys for us (KMS v2); left: why a call did not come to anything, in Kubernetes' words and without a key. */
export interface KmsPlugin {
  readonly provider: KmsProvider
  /** Id of the key that it encrypts with now. */
  status(): Promise<Either<string, string>>
  encrypt(key: Buffer): Promise<Either<string, KmsWrapping>>
  decrypt(wrapping: KmsWrapping): Promise<Either<string, Buffer>>
  close(): void
}

/** Annotations come to 32 kB, ciphertext and key id to 1 kB each. */
const mostAnswerBytes = 64 * 1024

export const kmsPlugin = (provider: KmsProvider): KmsPlugin => {
  const channel = grpcChannel(provider.socket, { mostAnswerBytes })
  const ask = asking(channel, provider.timeoutSeconds)
  const named = (part: string, why: string): Either<string, never> =>
    E.left(`failed to perform ${part} section of the healthz check for KMS Provider ${provider.name}, error: ${why}`)
  return {
    provider,
    status: async () => {
      const answer = await ask(statusCall, {})
      if (E.isLeft(answer)) return named('status', answer.left)
      const fault = statusFault(answer.right)
      return fault === undefined
        ? E.right(answer.right.keyId)
        : E.left(`kmsv2 Provider ${provider.name} is not healthy, error: ${fault}`)
    },
    encrypt: async key => {
      const answer = await ask(encryptCall, { plaintext: key, uid: randomUUID() })
      if (E.isLeft(answer)) return E.left(`failed to encrypt DEK, error: ${answer.left}`)
      const fault = wrappingFault(answer.right)
      return fault === undefined ? E.right({ provider: provider.name, ...answer.right }) : E.left(fault)
    },
    decrypt: async ({ ciphertext, keyId, annotations }) => {
      const fault = keyIdFault(keyId)
      if (fault !== undefined) return E.left(`failed to validate key id: ${fault}`)
      const answer = await ask(decryptCall, { ciphertext, keyId, annotations, uid: randomUUID() })
      return E.isLeft(answer) ? E.left(`failed to decrypt DEK, error: ${answer.left}`) : E.right(answer.right.plaintext)
    },
    close: () => channel.close(),
  }
}

const asking =
  (channel: GrpcChannel, seconds: number) =>
  async <Req, Res>(call: Call<Req, Res>, request: Req): Promise<Either<string, Res>> =>
    E.mapLeft(errorText)(await channel.unary(call, request, seconds))

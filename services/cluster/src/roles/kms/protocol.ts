import { bytes, entries, message, one, string } from '@periplus/grpc'
import type { Call } from '@periplus/grpc'

/** `k8s.io/kms/apis/v2`, in the numbers of its fields. */
const call = <A extends Omit<Call<never, unknown>, 'path'>>(
  method: string,
  messages: A,
): A & { readonly path: string } => ({
  path: `/v2.KeyManagementService/${method}`,
  ...messages,
})

export const statusCall = call('Status', {
  request: message({}),
  response: message({ version: one(1, string), healthz: one(2, string), keyId: one(3, string) }),
})

export const encryptCall = call('Encrypt', {
  request: message({ plaintext: one(1, bytes), uid: one(2, string) }),
  response: message({ ciphertext: one(1, bytes), keyId: one(2, string), annotations: entries(3, bytes) }),
})

export const decryptCall = call('Decrypt', {
  request: message({
    ciphertext: one(1, bytes),
    uid: one(2, string),
    keyId: one(3, string),
    annotations: entries(4, bytes),
  }),
  response: message({ plaintext: one(1, bytes) }),
})

import type { Secret } from './schema.ts'

/** `stringData` is a way of writing `data` without base64; it isn't kept. */
export const mergeStringData = (secret: Secret): Secret => {
  const { stringData, ...rest } = secret
  if (!stringData) return secret
  const encoded = Object.entries(stringData).map(([key, text]) => [key, base64(text)] as const)
  return { ...rest, data: { ...rest.data, ...Object.fromEntries(encoded) } }
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

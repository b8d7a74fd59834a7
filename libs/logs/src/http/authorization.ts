import type { Credentials } from '../backend.ts'

/** The header that the Secret's `token`, `apiKey` or `username` and `password` make, if any. */
export const authorizationOf = (credentials: Credentials): Readonly<Record<string, string>> => {
  const token = credentials.get('token')
  if (token !== undefined) return { authorization: `Bearer ${token.trim()}` }
  const apiKey = credentials.get('apiKey')
  if (apiKey !== undefined) return { authorization: `ApiKey ${apiKey.trim()}` }
  const username = credentials.get('username')
  if (username === undefined) return {}
  const pair = Buffer.from(`${username}:${credentials.get('password') ?? ''}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

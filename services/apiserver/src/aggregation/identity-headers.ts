import type { User } from '../ports.ts'

/** Bytes that a header's name may have (RFC 9110, 5.6.2); percent signs are for what others are written with. */
const plain = /[^!#$&'*+\-.^_`|~0-9A-Za-z]/g

const nameOf = (key: string): string =>
  key
    .toLowerCase()
    .replace(plain, one =>
      [...Buffer.from(one)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    )

/** Bytes beyond Latin-1 cannot stand in a header: as Go, their UTF-8 goes out byte by byte. */
const valueOf = (text: string): string =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[\r\n\0]/g, ' ')

/** Who asks, for a server that takes our word for it (`--requestheader-*` of kube-apiserver). */
export const identityHeaders = ({
  name,
  uid,
  groups,
  extra,
}: User): Readonly<Record<string, string | readonly string[]>> => ({
  'x-remote-user': valueOf(name),
  ...(uid === '' ? {} : { 'x-remote-uid': valueOf(uid) }),
  ...(groups.length === 0 ? {} : { 'x-remote-group': groups.map(valueOf) }),
  ...Object.fromEntries(
    Object.entries(extra).map(([key, values]) => [`x-remote-extra-${nameOf(key)}`, values.map(valueOf)]),
  ),
})

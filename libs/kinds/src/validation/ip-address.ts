const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const v4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)
const group = /^[0-9a-fA-F]{1,4}$/

/** Whether the text is an IP address, of version 4 or 6, without leading zeros. */
export const isIpAddress = (text: string): boolean => v4.test(text) || isV6(text)

const isV6 = (text: string): boolean => {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)?.at(-1)
  const embedded = last !== undefined && v4.test(last)
  const count = groups.flat().length + (embedded ? 1 : 0)
  const valid = groups.flat().every(part => group.test(part) || (embedded && part === last))
  return valid && text.includes(':') && (halves.length === 2 ? count < 8 : count === 8)
}

/**
 * What apt complained of, in one line: its first error, and the first list that an update before it could not get. apt calls
 * such an update a success, and says later that it knows no such package.
 */
export const aptComplaint = (error: string, update = ''): string => {
  const lines = error.trim().split('\n')
  const first = (lines.find(line => /^(E: |dpkg: error)/.test(line)) ?? lines[0] ?? '').replace(/^E: /, '')
  const [, url, why] = /^W: Failed to fetch (\S+)\s+(.*\S)/m.exec(update) ?? []
  return url === undefined ? first : `${first} (${url}: ${why})`
}

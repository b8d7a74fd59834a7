import type { StoredMessage } from '@periplus/bus'

const head = 28

/** A message as bytes: lengths of subject, headers and data, sequence and time, and the three. */
export const recordOf = ({ subject, headers, data, sequence, time }: StoredMessage): Buffer => {
  const [subjectBytes, headerBytes] = [Buffer.from(subject), Buffer.from(headers, 'latin1')]
  const bytes = Buffer.allocUnsafe(head + subjectBytes.length + headerBytes.length + data.length)
  bytes.writeUInt32LE(subjectBytes.length, 0)
  bytes.writeUInt32LE(headerBytes.length, 4)
  bytes.writeUInt32LE(data.length, 8)
  bytes.writeDoubleLE(sequence, 12)
  bytes.writeDoubleLE(time, 20)
  bytes.set(subjectBytes, head)
  bytes.set(headerBytes, head + subjectBytes.length)
  bytes.set(data, head + subjectBytes.length + headerBytes.length)
  return bytes
}

/** The messages of records that stand one behind the other; `data` is a view. Throws `RangeError` for what is none. */
export const messagesIn = (bytes: Buffer): readonly StoredMessage[] => {
  const messages: StoredMessage[] = []
  for (let at = 0; at < bytes.length;) {
    const subjectAt = at + head
    const headersAt = subjectAt + bytes.readUInt32LE(at)
    const dataAt = headersAt + bytes.readUInt32LE(at + 4)
    const end = dataAt + bytes.readUInt32LE(at + 8)
    if (end > bytes.length) throw new RangeError('a record that is not whole')
    messages.push({
      subject: bytes.toString('utf8', subjectAt, headersAt),
      sequence: bytes.readDoubleLE(at + 12),
      time: bytes.readDoubleLE(at + 20),
      headers: bytes.toString('latin1', headersAt, dataAt),
      data: bytes.subarray(dataAt, end),
    })
    at = end
  }
  return messages
}

/**
 * A server cuts a connection off that sends it a line of more than 4,096 bytes (`max_control_line`), which holds the subject, the
 * subject for answers and two numbers.
 */
const longestSubject = 3_500

const isSubject = (text: string): boolean => /^[!-~\u0080-\uffff]+$/.test(text) && !/(?:^|\.)(?:\.|$)/.test(text)

/** Why a message would cost us the connection, and everybody on it; empty where it can be sent. */
export const whyNotSent = (subject: string, bytes: number, maxPayload: number): readonly string[] => {
  if (Buffer.byteLength(subject) > longestSubject)
    return [`the subject has ${Buffer.byteLength(subject)} bytes, the limit is ${longestSubject}`]
  if (!isSubject(subject)) return [`'${subject.slice(0, 100)}' is no subject`]
  return bytes > maxPayload ? [`the message has ${bytes} bytes, the limit is ${maxPayload}`] : []
}

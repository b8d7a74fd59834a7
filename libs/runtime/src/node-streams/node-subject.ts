/** The subjects of one node. It has rights to these and to no others of core NATS, so whoever speaks here is that node. */
export interface NodeSubjects {
  /** All of them: what its NATS user may publish to and listen to. */
  readonly all: string
  /** Where it serves its byte streams. */
  readonly streams: string
  /** Below it are the ends of byte streams that others have opened to it. */
  readonly frames: string
  /** Where it asks for its writes. */
  readonly commands: string
  /** Where it asks for what concerns it. */
  readonly feed: string
  /** Below it are its inboxes. */
  readonly inbox: string
}

const prefix = 'periplus.nodes'

/** Names of nodes are DNS names, which have dots and no underscores. */
export const nodeSubjects = (nodeName: string): NodeSubjects => {
  const own = `${prefix}.${nodeName.replaceAll('.', '_')}`
  return {
    all: `${own}.>`,
    streams: `${own}.streams`,
    frames: `${own}.frames`,
    commands: `${own}.commands`,
    feed: `${own}.feed`,
    inbox: `${own}.inbox`,
  }
}

/** Where the writes of all nodes are asked for. */
export const allNodeCommands = `${prefix}.*.commands`

/** Where all nodes ask for what concerns them. */
export const allNodeFeeds = `${prefix}.*.feed`

/** The node that a subject of `nodeSubjects` belongs to; `undefined` where it is nobody's. */
export const nodeOfSubject = (subject: string): string | undefined =>
  /^periplus\.nodes\.([^.*>]+)\./.exec(subject)?.[1]?.replaceAll('_', '.')

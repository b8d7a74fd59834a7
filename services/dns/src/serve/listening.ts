export interface Place {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
}

/** Answers one packet; never rejects. */
export type Handler = (packet: Buffer, tcp: boolean) => Promise<Buffer | undefined>

export interface Listening {
  readonly port: number
  close(): Promise<void>
}

/** What an event tells of one webhook that was asked about it, or of a policy or plugin that has something to say to auditors. */
export interface AdmissionNote {
  /** `<configuration>/<webhook>`, `<policy>/<binding>`, or the plugin. */
  readonly by: string
  /** The JSON patch that it made. */
  readonly patch?: unknown
  /** It failed, and its policy is to let pass. */
  readonly failedOpen?: true
  readonly annotations?: Readonly<Record<string, string>>
}

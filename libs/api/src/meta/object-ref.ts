/** Where an object lives. `group` is `''` for the core group, `namespace` is `''` for cluster scope. */
export interface ObjectRef {
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
}
